import { logLevel } from 'kafkajs';
import { createLogger, kafkaLog, type LogSettings } from '../../connectors/log';

const logged = (act: (logger: ReturnType<typeof createLogger>) => void, settings: Partial<LogSettings> = {}) => {
  const lines: string[] = [];
  act(createLogger({ level: 'info', format: 'json', ...settings }, { write: line => void lines.push(line) }));
  return lines;
};

const customer = { email: 'ada@example.com', phone: '+4915112345678', identifiers: { loyalty: 'L-77' } };

test.each([
  ['a field', { email: 'ada@example.com' }, 'ada@'],
  ['deep inside', { order: { facts: [{ customer }] } }, 'L-77'],
  ['in another spelling', { 'First-Name': 'Ada', ship_address: 'Main St' }, /Ada|Main/],
  ['bytes', { raw: Buffer.from('hunter2') }, /hunter2|104/],
  ['key and value', { key: 'A7', value: 'hunter2' }, /A7|hunter2/],
  ['a secret', { sasl_password: 'hunter2', registry: { password: 'hunter2' } }, 'hunter2'],
  ['in a Map', { fields: new Map([['email', 'ada@example.com']]) }, 'ada@'],
  ['fields of an error', { err: Object.assign(new Error('no'), { record: customer }) }, /ada@|4915/],
  [
    'cause of an error',
    { err: new Error('no', { cause: Object.assign(new Error('x'), { email: 'ada@example.com' }) }) },
    'ada@',
  ],
])('customer data and secrets are hidden: %s', (_, fields, hidden) => {
  for (const format of ['json', 'pretty'] as const) {
    const [line = ''] = logged(log => log.info(fields, 'said'), { format });
    expect(line).toContain('said');
    expect(line).not.toMatch(hidden);
  }
});

test('hidden in bindings of a child, in a bare error, and as an address in a text', () => {
  const lines = logged(log => {
    log.child({ customer }).info('child');
    log.error(new Error('Cannot reach ada@example.com'));
    log.info('from ada@example.com to %s', 'bob@example.org');
  });
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toMatch(/ada@|bob@|4915/);
  expect(lines.join('')).toContain('Cannot reach (hidden)');
});

test('what is no customer data stays', () => {
  const [line = '{}'] = logged(log =>
    log.info({ lane: 3, topic: 'commerce.orders', offset: 7n, brokers: ['a:1'] }, 'started'),
  );
  expect(JSON.parse(line)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    lane: 3,
    topic: 'commerce.orders',
    offset: '7',
    brokers: ['a:1'],
    msg: 'started',
  });
});

test('readable: one line, a stack below', () => {
  const lines = logged(
    log => {
      log.warn({ lane: 3, why: { code: 'x' } }, 'lane died');
      log.error({ err: new Error('no broker') }, 'end');
    },
    { format: 'pretty' },
  );
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN {2}lane died lane=3 why=\{"code":"x"\}\n$/);
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d ERROR end\n {2}Error: no broker\n {4}at /);
});

test.each([
  ['Connection', 'ERROR', 'Response AddPartitionsToTxn(key: 24, version: 1)', 'debug'],
  ['Connection', 'ERROR', 'Connection error: connect ECONNREFUSED 127.0.0.1:9092', 'debug'],
  ['BrokerPool', 'ERROR', 'Failed to connect to seed broker, trying another broker from the list', 'debug'],
  // It rejoins, or the membership says that it is lost.
  ['Consumer', 'ERROR', 'Crash: KafkaJSNonRetriableError: no', 'debug'],
  ['Connection', 'DEBUG', 'Request Heartbeat(key: 12, version: 3)', 'trace'],
])('kafkajs %s %s "%s" is %s', (namespace, label, message, expected) => {
  const lines = logged(
    log =>
      kafkaLog(log)(logLevel.DEBUG)({
        namespace,
        level: logLevel.ERROR,
        label,
        log: { timestamp: '', message, logger: 'kafkajs', retryCount: 1 },
      }),
    { level: 'trace' },
  );
  expect(lines.map(line => JSON.parse(line))).toEqual([
    expect.objectContaining({ level: expected, msg: message, retryCount: 1, from: `kafkajs ${namespace}` }),
  ]);
});
