/** What clients throw → what could not be done, which setting says so, and what to try. */

import { RegistryError } from '../connectors/registry/registry';
import { CommandError, Ended } from './exit';
import type { Settings } from './settings/schema';

interface Explanation {
  readonly when: RegExp;
  readonly why: (settings: Settings) => string;
  readonly hint: string;
}

/** By the name, type or message of an error or one of its causes; the first that fits. */
const kafkaExplanations: readonly Explanation[] = [
  {
    when: /SASL|SaslAuthentication|SASL_AUTHENTICATION_FAILED|AuthenticationException/,
    why: ({ kafka }) =>
      kafka.security.sasl.mechanism === null
        ? 'they want a login, and kafka.security.sasl.mechanism is not set'
        : `they refuse the login of "${kafka.security.sasl.username}" by ${kafka.security.sasl.mechanism}`,
    hint: 'check kafka.security.sasl: mechanism, username, password (or password_file); and whether the listener wants TLS',
  },
  {
    when: /self.signed|unable to (verify|get)|UNABLE_TO|CERT_|certificate|ERR_TLS|ERR_SSL|wrong version number|EPROTO/i,
    why: ({ kafka }) =>
      kafka.security.tls.enabled
        ? 'TLS could not be agreed on'
        : 'they seem to want TLS, and kafka.security.tls.enabled is false',
    hint: 'check kafka.security.tls: enabled, ca_file, server_name, cert_file and key_file; and whether the port is the TLS one',
  },
  {
    when: /ENOTFOUND|EAI_AGAIN/,
    why: () => 'a name of kafka.brokers is not known',
    hint: 'check kafka.brokers, and the name server',
  },
  {
    when: /TOPIC_AUTHORIZATION_FAILED|GROUP_AUTHORIZATION_FAILED|CLUSTER_AUTHORIZATION_FAILED|TRANSACTIONAL_ID_AUTHORIZATION_FAILED/,
    why: () => 'our user lacks a right there',
    hint: '`odp-orders doctor` tells which; docs/security.md lists them by command, with their grants',
  },
  {
    when: /UNKNOWN_TOPIC_OR_PARTITION|does not host this topic/,
    why: () => 'a topic is not there',
    hint: '`odp-orders topics check` tells which, `odp-orders topics create` creates them; names are in topics.…',
  },
  {
    when: /ECONNREFUSED|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|Connection timeout|Closed connection|KafkaJSConnectionError|KafkaJSConnectionClosedError|KafkaJSBrokerNotFound/,
    why: () => 'no connection could be made',
    hint: 'is the cluster up, and does kafka.brokers name it as it is reached from here? A listener that wants TLS or a login also hangs up: see kafka.security',
  },
];

/**
 * The error as a person can use it, or itself where we know no better.
 * @param doing What was being done, after "Cannot": `check the topics`.
 */
export const explainKafka = (error: unknown, settings: Settings, doing: string): unknown => {
  if (error instanceof CommandError || error instanceof Ended) return error;
  // What was found wrong before the start has its own fix.
  if (error instanceof Error && error.name === 'PreflightError') return error;
  // The registry speaks for itself, and no broker is to blame for it.
  if (error instanceof RegistryError) return error;
  const text = wholeText(error);
  const found = kafkaExplanations.find(({ when }) => when.test(text));
  if (!found) return error;
  const brokers = settings.kafka.brokers.join(', ');
  return new CommandError(
    `Cannot ${doing} on the brokers ${brokers} as ${found.why(settings)}`,
    found.hint,
    undefined,
    {
      cause: error,
    },
  );
};

/** Names, types, codes and messages of the error and its causes. */
const wholeText = (error: unknown, depth = 0): string => {
  if (!(error instanceof Error) || depth > 5) return String(error);
  const { type, code, originalError } = error as { type?: unknown; code?: unknown; originalError?: unknown };
  const own = [error.name, type, code, error.message].filter(part => part !== undefined).join(' ');
  const inner = [error.cause, originalError].filter(part => part !== undefined).map(part => wholeText(part, depth + 1));
  return [own, ...inner].join('\n');
};
