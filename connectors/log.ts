/**
 * The log: pino, one JSON object or one readable line each, to standard error. Customer data and secrets never get
 * through: fields are known by their names wherever they stand, bytes are only counted, and what still looks like a
 * mail address in a text is blanked.
 */
import { styleText } from 'node:util';
import type { logCreator } from 'kafkajs';
import { type Bindings, type DestinationStream, destination, type Level, type Logger, pino } from 'pino';

export interface LogSettings {
  readonly level: Level | 'silent';
  readonly format: 'json' | 'pretty';
}

export type { Logger } from 'pino';

/** @param to For tests; otherwise standard error, written at once so that the last line before an exit is not lost. */
export const createLogger = (
  settings: LogSettings,
  to: DestinationStream = destination({ dest: 2, sync: true }),
): Logger => {
  const logger = pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Redaction is by `formatters`, as pino's own knows paths and not names at any depth.
      formatters: {
        level: label => ({ level: label }),
        log: fields => redacted(fields, 0) as Record<string, unknown>,
      },
      serializers: { err: error => error },
      hooks: { streamWrite: line => line.replace(mailAddress, '(hidden)') },
    },
    settings.format === 'json' ? to : { write: line => to.write(readable(line)) },
  );
  // pino does not format the bindings of children; they inherit this `child`.
  const { child } = logger;
  logger.child = function (this: Logger, bindings: Bindings) {
    return child.call(this, redacted(bindings, 0) as Bindings);
  } as Logger['child'];
  return logger;
};

/** Names of fields that hold customer data, key or value bytes, or secrets; compared in lower case without separators. */
const hiddenNames = new Set(
  `email phone name firstname lastname fullname address billaddress shipaddress street city zip postalcode customer customerid
  vuid identifiers attributes customfields key value body headers sasl ssl cert ca`.split(/\s+/),
);
/** Also as part of a longer name, such as `sasl_password`. */
const hiddenParts = /email|phone|address|password|passphrase|secret|token|apikey|authorization/;
const mailAddress = /[^\s"'<>()[\]{},;:\\]+@[^\s"'<>()[\]{},;:\\]+\.[a-zA-Z]{2,}/g;
const depthMax = 6;

const redacted = (value: unknown, depth: number): unknown => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (value instanceof Date) return value.toISOString();
  if (depth >= depthMax) return '(deeper)';
  if (value instanceof Error) return errorFields(value, depth);
  if (Array.isArray(value)) return value.map(one => redacted(one, depth + 1));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, field]) => {
      const hide = field !== null && field !== undefined && isHidden(String(name));
      return [name, hide ? '(hidden)' : redacted(field, depth + 1)];
    }),
  );
};

const isHidden = (name: string) => {
  const bare = name.toLowerCase().replace(/[^a-z]/g, '');
  return hiddenNames.has(bare) || hiddenParts.test(bare);
};

/** An error's own fields may hold the record it is about: only what says which error it is goes out. */
const errorFields = (error: Error, depth: number): Record<string, unknown> => ({
  type: error.name,
  message: error.message,
  ...('code' in error && typeof error.code === 'string' && { code: error.code }),
  ...(error.cause !== undefined && { cause: redacted(error.cause, depth + 1) }),
  ...(error.stack && { stack: error.stack }),
});

const colours = { trace: 'gray', debug: 'gray', info: 'green', warn: 'yellow', error: 'red', fatal: 'red' } as const;

/** `12:00:01 INFO  started lanes=4`, stacks below. */
const readable = (line: string): string => {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const label = String(level).toUpperCase().padEnd(5);
  const colour = process.stderr.isTTY && !process.env.NO_COLOR ? colours[level as keyof typeof colours] : undefined;
  const parts = [String(time).slice(11, 19), colour ? styleText(colour, label) : label, String(msg ?? '')];
  for (const [name, value] of Object.entries(fields))
    parts.push(`${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const error = err as { message?: string; stack?: string } | undefined;
  const tail = error ? `\n  ${error.stack ?? error.message}` : '';
  return `${parts.filter(part => part !== '').join(' ')}${tail}\n`;
};

/** kafkajs' lines into ours. What it retries, or throws to us anyway, is no news: `debug`. */
export const kafkaLog =
  (logger: Logger): logCreator =>
  () =>
  ({ namespace, label, log: { message, timestamp: _, logger: __, ...fields } }) => {
    const level = levelOf(namespace, label, message);
    if (logger.isLevelEnabled(level)) logger[level]({ ...fields, from: `kafkajs ${namespace}`.trim() }, message);
  };

const levelOf = (namespace: string, label: string, message: string): 'trace' | 'debug' | 'warn' | 'error' => {
  if (label === 'DEBUG') return 'trace';
  if (/^Failed to execute listener/.test(message)) return 'error';
  if (label === 'WARN' && namespace === 'Consumer') return 'warn';
  return 'debug';
};
