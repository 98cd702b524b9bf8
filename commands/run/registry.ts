/** The registry as a run needs it: readers of whatever comes, encoders of what we write. */
import type { OutputEncoding } from '../../connectors/kafka/encoding';
import { type OutputOptions, outputEncoding } from '../../connectors/kafka/output';
import type { Metrics } from '../../connectors/metrics';
import { decodeWith, schemaIdOf } from '../../connectors/registry/decode';
import { encoderOf } from '../../connectors/registry/encode';
import { httpRegistry } from '../../connectors/registry/http';
import { SchemaReaders } from '../../connectors/registry/readers';
import type { Registry } from '../../connectors/registry/registry';
import type { stateTypes } from '../../connectors/registry/state-types';
import { findAll, registerAll, type SubjectTopics, subjectsOf } from '../../connectors/registry/subjects';
import { type StateCodec, stateCodec } from '../../connectors/state/codec';
import { version } from '../../package.json';
import { bodyJson } from '../../pipeline/order/body';
import { bodySettingsOf, registryConnectionOf, subjectTopicsOf } from '../connections';
import type { Settings } from '../settings/schema';

export const openRegistry = (settings: Settings, metrics?: Metrics): Registry =>
  httpRegistry({
    ...registryConnectionOf(settings),
    ...(metrics && { onRequest: outcome => metrics.count('registry_requests_total', { outcome }) }),
  });

/** Reads the records of the source topics. */
export const decoderOf = (registry: Registry, { registry: { unknown_id_memory_ms }, kafka }: Settings) =>
  decodeWith(new SchemaReaders(registry, { unknownIdMemoryMs: unknown_id_memory_ms }), {
    valueBytesMax: kafka.record_bytes_max,
  });

/** Each call makes some for one lane. */
export interface Encoders {
  readonly outputs: () => Pick<OutputOptions, 'encodeEvent' | 'encodeFailure' | 'encodeSummary'>;
  readonly state: () => StateCodec;
}

/**
 * Encoders for a lane each, as they reuse their buffers. Our schemas are registered, or looked up where
 * registry.register is false.
 * @param topics Where they will be written; by default as the settings say.
 * @throws SchemaRefused when the subject has a schema whose readers ours would break; RegistryError.
 */
export const outputEncoders = async (
  registry: Registry,
  settings: Settings,
  topics: SubjectTopics = subjectTopicsOf(settings),
): Promise<Encoders> => {
  const { events, failures, remembered } = topics;
  const asAvro = settings.results.format === 'avro';
  const subjects = subjectsOf(topics).filter(({ fullName }) => asAvro || fullName !== 'odp.OrderEvent');
  const ids = await (settings.registry.register ? registerAll : findAll)(registry, subjects);
  const id = (topic: string) => ids.get(`${topic}-value`) ?? -1;
  const body = bodySettingsOf(settings);
  return {
    outputs: () => ({
      encodeEvent: asAvro ? encoderOf('odp.OrderEvent', id(events)) : event => Buffer.from(bodyJson(event, body)),
      encodeFailure: encoderOf('odp.OrderFailure', id(failures)),
      encodeSummary: encoderOf('odp.OrderSummary', id(remembered?.summaries ?? '')),
    }),
    state: () => {
      const ofState = (type: (typeof stateTypes)[number]) => ids.get(`${remembered?.state}-${type}`) ?? -1;
      return stateCodec(registry, {
        'odp.state.OrderState': ofState('odp.state.OrderState'),
        'odp.state.LanePosition': ofState('odp.state.LanePosition'),
      });
    },
  };
};

/** As a lane writes what it comes to; each call makes one for a lane of its own. */
export const encodingOf = (encoders: Encoders, { failures }: Settings): OutputEncoding =>
  outputEncoding({
    ...encoders.outputs(),
    schemaIdOf,
    failureValue: failures.value,
    headerNames: failures.header_names,
    version,
    now: Date.now,
  });
