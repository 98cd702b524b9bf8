/**
 * A registry that speaks Confluent's REST API (Confluent's own, Apicurio under /apis/ccompat/v7, Karapace, Redpanda). A small
 * client of our own, as @kafkajs/confluent-schema-registry hides the registry's error code: a 404 from a wrong URL would then
 * look like an unknown schema, and an operator's typo would make a failure of every record.
 */
import { Agent as HttpAgent, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { type Registry, RegistryError, SchemaRefused, type StoredSchema } from './registry';

export interface RegistryConnection {
  readonly url: string;
  readonly username?: string | null;
  readonly password?: string | null;
  /** PEM texts. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** Of one request. */
  readonly timeoutMs: number;
  /** Tries of a request before it is an error. */
  readonly attemptsMax?: number;
  /** Before the second try; doubles from try to try. */
  readonly firstDelayMs?: number;
  /** Counts requests. */
  readonly onRequest?: (outcome: 'ok' | 'unknown' | 'error') => void;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const REFERENCES_MAX = 200;

export const httpRegistry = (connection: RegistryConnection): Registry => {
  const { attemptsMax = 4, firstDelayMs = 200, onRequest } = connection;
  const url = connection.url.replace(/\/+$/, '');
  const send = sender(connection, url);

  const answerOf = async (method: string, path: string, what: string, body?: unknown): Promise<Answer> => {
    for (let attempt = 1; ; attempt++) {
      let why: string;
      let cause: unknown;
      try {
        const answer = await send(method, path, body);
        if (!isTransient(answer.status)) return answer;
        why = `it answers ${statement(answer)}`;
      } catch (error) {
        cause = error;
        why = causeOf(error, connection.timeoutMs);
      }
      if (attempt >= attemptsMax) {
        onRequest?.('error');
        throw new RegistryError(
          `Cannot ${what} at the schema registry ${url} as ${why}, ${attempt} times in a row. Is it running? ` +
            'The settings are registry.url, registry.tls and registry.timeout_ms; nothing was committed meanwhile',
          { cause },
        );
      }
      await wait(firstDelayMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2));
    }
  };

  /** The body, or undefined where the registry says that it has no such thing. */
  const ask = async (method: string, path: string, what: string, body?: unknown): Promise<unknown> => {
    const answer = await answerOf(method, path, what, body);
    const { status } = answer;
    if (status >= 200 && status < 300 && typeof answer.body === 'object') {
      onRequest?.('ok');
      return answer.body;
    }
    // 40401 subject, 40402 version, 40403 schema: any other 404 is not the registry speaking.
    if (status === 404 && /^404\d\d$/.test(String(field(answer.body, 'error_code')))) {
      onRequest?.('unknown');
      return undefined;
    }
    onRequest?.('error');
    throw refusalOf(answer, what, url);
  };

  const stored = async (body: unknown, seen = new Set<string>()): Promise<StoredSchema> => {
    const references: string[] = [];
    for (const reference of (field(body, 'references') as object[] | undefined) ?? []) {
      const subject = String(field(reference, 'subject'));
      const version = String(field(reference, 'version'));
      if (seen.has(`${subject} ${version}`) || seen.size >= REFERENCES_MAX) continue;
      seen.add(`${subject} ${version}`);
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const found = await ask('GET', path, `read ${subject} version ${version}`);
      if (found === undefined)
        throw new RegistryError(`Cannot find ${subject} version ${version} at ${url}, which another schema names`);
      const other = await stored(found, seen);
      references.push(...other.references, other.text);
    }
    const text = field(body, 'schema');
    if (typeof text !== 'string') throw strange(url, 'schema');
    return { format: String(field(body, 'schemaType') ?? 'AVRO'), text, references };
  };

  const id = (body: unknown): number => {
    const value = field(body, 'id');
    if (typeof value !== 'number') throw strange(url, 'id');
    return value;
  };
  const versions = (subject: string) => `/subjects/${encodeURIComponent(subject)}/versions`;
  const textOf = (schema: unknown) => ({ schema: JSON.stringify(schema) });
  const find = async (subject: string, schema: unknown): Promise<number | undefined> => {
    const body = await ask('POST', `/subjects/${encodeURIComponent(subject)}`, `look up ${subject}`, textOf(schema));
    return body === undefined ? undefined : id(body);
  };

  return {
    url,
    schema: async schemaId => {
      const body = await ask('GET', `/schemas/ids/${schemaId}`, `read schema ${schemaId}`);
      return body === undefined ? undefined : stored(body);
    },
    register: async (subject, schema) => {
      try {
        return id(await ask('POST', versions(subject), `register ${subject}`, textOf(schema)));
      } catch (error) {
        // Members that start together register together: Apicurio takes one and refuses the others, though it has the schema then.
        const known = error instanceof SchemaRefused ? await find(subject, schema) : undefined;
        if (known === undefined) throw error;
        return known;
      }
    },
    find,
    latest: async subject => {
      const body = await ask('GET', `${versions(subject)}/latest`, `read the latest schema of ${subject}`);
      return body === undefined ? undefined : stored(body);
    },
    objections: async (subject, schema) => {
      const path = `/compatibility${versions(subject)}/latest?verbose=true`;
      const body = await ask('POST', path, `check ${subject}`, textOf(schema));
      if (body === undefined || field(body, 'is_compatible') === true) return [];
      const messages = field(body, 'messages');
      return Array.isArray(messages) && messages.length > 0
        ? messages.map(String)
        : ['the registry finds it incompatible and does not say why'];
    },
  };
};

const sender = ({ username, password, tls, timeoutMs }: RegistryConnection, url: string) => {
  const secure = url.startsWith('https:');
  const agent = secure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
  const send = secure ? requestHttps : requestHttp;
  const headers = {
    accept: `${MEDIA_TYPE}, application/json`,
    ...(username && { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }),
  };
  return (method: string, path: string, body?: unknown): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const options: RequestOptions = {
        method,
        agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: { ...headers, ...(bytes && { 'content-type': MEDIA_TYPE, 'content-length': bytes.length }) },
      };
      const request = send(`${url}${path}`, options, response => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > ANSWER_BYTES_MAX) request.destroy(new Error('its answer is too long'));
          else chunks.push(chunk);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(bytes);
    });
};

const parsed = (bytes: Buffer): unknown => {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const field = (body: unknown, name: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;

const isTransient = (status: number) => status >= 500 || status === 408 || status === 429;

const statement = ({ status, body }: Answer): string => {
  const message = field(body, 'message');
  return typeof message === 'string' ? `${status} (${message.slice(0, 300)})` : String(status);
};

const causeOf = (error: unknown, timeoutMs: number): string => {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return `it did not answer within ${timeoutMs} ms`;
  return code === 'ECONNREFUSED' ? 'nothing listens there' : `the connection failed (${code ?? message})`;
};

/** An answer of somebody else: a gateway, or a page that says that all is well. */
const strange = (url: string, name: string) =>
  new RegistryError(
    `Cannot use the answers of ${url} as one has no "${name}", which a schema registry's has: check registry.url ` +
      '(Apicurio serves the API under /apis/ccompat/v7)',
  );

const refusalOf = (answer: Answer, what: string, url: string): RegistryError => {
  const cannot = `Cannot ${what} at the schema registry ${url}`;
  switch (answer.status) {
    case 401:
    case 403:
      return new RegistryError(
        `${cannot} as it answers ${statement(answer)}: check registry.username and registry.password`,
      );
    case 409:
      return new SchemaRefused(
        `${cannot} as it would break the readers of what is registered: ${statement(answer)}. ` +
          '"odp-orders schemas check" says which fields; a topic of another name (topics.events, topics.failures) has a subject of its own',
      );
    case 422:
      return new SchemaRefused(`${cannot} as the registry does not take the schema: ${statement(answer)}`);
    default:
      return new RegistryError(
        `${cannot} as it answers ${statement(answer)}, which a schema registry does not: check registry.url ` +
          '(Apicurio serves the API under /apis/ccompat/v7)',
      );
  }
};
