/** How a right is granted: the command line of Kafka's own tool, for the user and the brokers of the settings. */
import type { Right } from '../../connectors/kafka/rights/right';
import type { Settings } from '../settings/schema';
import { rightsToCheckTopics, rightsToCreateTopics, rightsToDeleteGroup, rightsToRun } from './needed';

/** As the brokers know our user: by its login, else by its certificate, else not at all. */
export const principalOf = ({ kafka }: Settings): string => {
  const { sasl, tls } = kafka.security;
  if (sasl.mechanism !== null) return `User:${sasl.username ?? ''}`;
  return tls.enabled && tls.cert_file !== null ? `User:<subject of ${tls.cert_file}>` : 'User:ANONYMOUS';
};

/** `admin.properties` is how somebody logs in who may grant. */
export const grantLine = ({ operation, on, name }: Right, settings: Settings): string =>
  [
    'kafka-acls.sh',
    `--bootstrap-server ${settings.kafka.brokers.join(',')} --command-config admin.properties`,
    `--add --allow-principal ${quoted(principalOf(settings))} --operation ${operation}`,
    on === 'transactional ids'
      ? `--transactional-id ${quoted(name)} --resource-pattern-type prefixed`
      : `--${on} ${quoted(name)}`,
  ].join(' ');

/** A script: what a run needs, then what looking at its topics needs beyond; what is rarely done by the same user is a comment. */
export const grants = (settings: Settings): string =>
  [
    '# run',
    ...rightsToRun(settings).map(right => grantLine(right, settings)),
    '# doctor, topics check: beyond that',
    ...rightsToCheckTopics(settings).map(right => grantLine(right, settings)),
    '# topics create, reset: beyond that, where our user is to do these as well',
    ...[...rightsToCreateTopics(settings), ...rightsToDeleteGroup(settings)].map(
      right => `# ${grantLine(right, settings)}`,
    ),
    '',
  ].join('\n');

/** As one word of a shell. */
const quoted = (text: string) => (/^[\w.:@%+,/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
