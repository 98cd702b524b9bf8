/** The demo from its first line to its last: a place, topics and schemas, the pipeline in this process, and an orderly end. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Command } from 'commander';
import { connectKafka } from '../../connectors/kafka/client';
import { reachCluster } from '../../connectors/kafka/preflight';
import { kafkaLog } from '../../connectors/log';
import { Metrics } from '../../connectors/metrics';
import { httpRegistry } from '../../connectors/registry/http';
import { Samples } from '../../dev/demo/samples';
import { sampleSchemas } from '../../dev/demo/schemas';
import { kafkaConnectionOf, registryConnectionOf } from '../connections';
import { Ended, exitCodes } from '../exit';
import { explainKafka } from '../explain';
import { startPipeline } from '../run/pipeline';
import type { Settings } from '../settings/schema';
import type { DemoOptions } from './command';
import { interruption } from './interruption';
import { live } from './live';
import { demoLog } from './log';
import { type OnceResult, once } from './once';
import { makeTopics, openPlace, type Place } from './place';
import { Progress } from './progress';
import type { Running } from './running';
import { openScreen, type Screen } from './screen';
import { summaryText } from './summary';
import type { Hint } from './view';

export const demo = async (options: DemoOptions, command: Command): Promise<void> => {
  const stop = interruption();
  say(options.brokers === undefined ? 'starting Kafka and a schema registry …' : `using ${options.brokers}`);
  const place = await openPlace(options, command);
  try {
    stop.begin();
    await atPlace(options, place, stop.signal);
  } finally {
    stop.release();
    await place.close();
  }
};

const atPlace = async (options: DemoOptions, place: Place, stop: AbortSignal): Promise<void> => {
  const { settings } = place.loaded;
  const view = options.once ? process.stderr : process.stdout;
  const progress = new Progress(placesOf(place), () => performance.now());
  const log = demoLog(view.isTTY ? join(place.directory, 'demo.log') : null, progress);
  await makeTopics(place, log);
  const source = settings.topics.sources[0] ?? '';
  const schemas = await sampleSchemas(httpRegistry(registryConnectionOf(settings)), source);
  const samples = new Samples(
    {
      seed: options.seed,
      badPercent: options.badPercent,
      // Only windows and ledger put them right.
      untidyPercent: waitsOf(settings) === null ? 0 : options.untidyPercent,
      // On a cluster that was there before, an earlier run may have made the same orders.
      ...(options.brokers !== undefined && { run: randomBytes(3).toString('hex') }),
    },
    schemas.encoding,
  );
  const connection = kafkaConnectionOf(settings);
  const cluster = await reachCluster(connectKafka(connection, kafkaLog(log))).catch(error => {
    throw explainKafka(error, settings, 'run the demo');
  });
  try {
    const running: Running = {
      settings,
      cluster,
      source,
      samples,
      schemas,
      progress,
      stop,
      start: () =>
        startPipeline(
          settings,
          // Nearly all bad: then so many in a row are no surprise.
          {
            acceptFailures: options.badPercent > 90 ? Number.MAX_SAFE_INTEGER / 2 : 0,
            acceptReset: false,
            restorePosition: false,
          },
          { log, metrics: new Metrics(), written: written => progress.wrote(written) },
        ),
    };
    const screen = openScreen(view, process.env);
    try {
      if (options.once) await onceShown(options, running, screen);
      else await live(running, options.rate, screen);
    } finally {
      screen.close(progress.state());
    }
  } finally {
    await cluster.disconnect();
  }
};

/** Shows the progress on standard error, then says how it went. @throws Ended when anything is unaccounted for. */
const onceShown = async (options: DemoOptions, running: Running, screen: Screen): Promise<void> => {
  const { progress } = running;
  const show = setInterval(() => {
    progress.tick();
    screen.draw(progress.state());
  }, 1_000);
  let result: OnceResult;
  try {
    progress.phase = 'running';
    result = await once(running, options.orders);
    progress.phase = 'stopped';
  } finally {
    clearInterval(show);
  }
  for (const problem of result.problems) say(problem);
  process.stdout.write(options.json ? `${JSON.stringify(result.summary)}\n` : summaryText(result));
  if (result.summary.unaccounted > 0) throw new Ended(exitCodes.failed);
};

/** What the view says of where things are. */
const placesOf = ({ loaded: { settings }, configFile }: Place) => ({
  brokers: settings.kafka.brokers.join(', '),
  registry: settings.registry.url,
  topics: {
    sources: settings.topics.sources.join(', '),
    events: settings.topics.events,
    failures: settings.topics.failures,
    summaries: settings.state.store === 'none' ? null : settings.topics.summaries,
  },
  waits: waitsOf(settings),
  hints: hints(configFile, settings.topics.sources[0] ?? ''),
});

/** What an order waits for in its window, at least; null where it does not. */
const waitsOf = ({ window, state }: Settings): number | null => {
  if (state.store === 'none' || window.kind === 'none') return null;
  return (window.kind === 'session' ? window.gap_ms : window.size_ms) + window.grace_ms;
};

const hints = (configFile: string, source: string): readonly Hint[] => [
  { what: 'these settings', command: `export ODP_ORDERS_CONFIG=${configFile}` },
  { what: 'how far behind', command: 'npm start -- lag' },
  { what: 'what becomes of what', command: `npm start -- preview --topic ${source} --limit 5` },
];

const say = (text: string) => process.stderr.write(`${text}\n`);
