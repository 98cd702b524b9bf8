/** What is asked for, checked before anything is reached. */
import type { Bound } from '../../connectors/kafka/range';
import { boundOf } from '../bound';
import { CommandError, exitCodes } from '../exit';
import type { Settings } from '../settings/schema';
import type { ReplayOptions } from './command';
import { type TargetTopics, targetTopics } from './target';

export interface ReplayRequest {
  readonly from: Bound;
  readonly to: Bound;
  /** Null: nothing is written. */
  readonly into: TargetTopics | null;
}

/** @throws CommandError: usage. */
export const requestOf = (options: ReplayOptions, settings: Settings): ReplayRequest => {
  const { dryRun = false, rebuild = false, into } = options;
  if (dryRun === rebuild)
    throw usage(
      `Cannot replay ${dryRun ? 'with both --dry-run and --rebuild' : 'as neither --dry-run nor --rebuild is given'}: it either only reports, or writes`,
      'odp-orders replay --from 2026-01-31 --dry-run, or --rebuild --into odp.order-events.again',
    );
  if (rebuild !== (into !== undefined))
    throw usage(
      `Cannot replay with ${rebuild ? '--rebuild and without --into' : '--into and without --rebuild'} as one belongs to the other`,
      '--rebuild --into odp.order-events.again',
    );
  if (options.from === undefined)
    throw usage('Cannot replay as --from is not given', '--from earliest, or --from 2026-01-31T00:00:00Z');
  const from = bound('--from', options.from);
  const to = bound('--to', options.to);
  if (from === 'end' || to === 'earliest' || (typeof from === 'number' && typeof to === 'number' && from >= to))
    throw usage(
      `Cannot replay from ${options.from} to ${options.to} as there is nothing between them`,
      '--from earliest, or a time before that of --to',
    );
  return { from, to, into: into === undefined ? null : targetTopics(into, settings) };
};

const bound = (option: string, text: string): Exclude<Bound, { readonly offset: number } | 'highWatermark'> => {
  const found = boundOf(text);
  if (found !== undefined) return found;
  throw usage(
    `Cannot replay ${option} "${text}" as it is neither "earliest" nor "end", nor a time with its zone`,
    `${option} 2026-01-31T00:00:00Z`,
  );
};

const usage = (message: string, hint: string) => new CommandError(message, hint, exitCodes.usage);
