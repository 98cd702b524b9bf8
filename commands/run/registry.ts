/** The registry as a run needs it: readers of whatever comes, encoders of what we write. */
import type { OutputOptions } from '../../connectors/kafka/output';
import type { Metrics } from '../../connectors/metrics';
import { encoderOf } from '../../connectors/registry/encode';
import { httpRegistry } from '../../connectors/registry/http';
import type { Registry } from '../../connectors/registry/registry';
import { findAll, registerAll, subjectsOf } from '../../connectors/registry/subjects';
import { bodyJson } from '../../pipeline/order/body';
import { bodySettingsOf, registryConnectionOf } from '../connections';
import type { Settings } from '../settings/schema';

export const openRegistry = (settings: Settings, metrics?: Metrics): Registry =>
  httpRegistry({
    ...registryConnectionOf(settings),
    ...(metrics && { onRequest: outcome => metrics.count('registry_requests_total', { outcome }) }),
  });

/**
 * Encoders for a lane each, as they reuse their buffers. Our schemas are registered, or looked up where
 * registry.register is false.
 * @throws SchemaRefused when the subject has a schema whose readers ours would break; RegistryError.
 */
export const outputEncoders = async (
  registry: Registry,
  settings: Settings,
): Promise<() => Pick<OutputOptions, 'encodeEvent' | 'encodeFailure'>> => {
  const { events, failures } = settings.topics;
  const asAvro = settings.results.format === 'avro';
  const subjects = subjectsOf({ events, failures }).filter(({ fullName }) => asAvro || fullName !== 'odp.OrderEvent');
  const ids = await (settings.registry.register ? registerAll : findAll)(registry, subjects);
  const id = (topic: string) => ids.get(`${topic}-value`) ?? -1;
  const body = bodySettingsOf(settings);
  return () => ({
    encodeEvent: asAvro ? encoderOf('odp.OrderEvent', id(events)) : event => Buffer.from(bodyJson(event, body)),
    encodeFailure: encoderOf('odp.OrderFailure', id(failures)),
  });
};
