/** A failure that a story expects: `- { stage: ledger, code: over_deduction, order_id: A }`; only the code must be said. */
import { isMap, type Node, type YamlFile } from '../../connectors/mappings/document';
import { failureCodes } from '../../pipeline/failure';
import { nearest } from '../settings/nearest';
import { shown } from '../settings/problem';
import { valuesOf } from './values';

export interface ExpectedFailure {
  readonly place: string;
  readonly stage?: string;
  readonly code: string;
  readonly order_id?: string;
}

const STAGES = Object.keys(failureCodes).filter(stage => stage !== 'deliver');
const CODES: readonly string[] = [...new Set(Object.values(failureCodes).flat())];
const FAILURE = ['stage', 'code', 'order_id'];

export const failureOf = (file: YamlFile, node: Node): ExpectedFailure[] => {
  const entries = file.entries(node, 'failures', `a group of ${FAILURE.join(', ')}`);
  if (!isMap(node)) return [];
  file.onlyKnown(entries, FAILURE, 'failures');
  const { stage, code, order_id } = valuesOf(file, entries);
  const at = (field: string) => entries.find(({ key }) => key === field)?.node ?? node;
  const hint = typeof code === 'string' ? nearest(code, CODES) : undefined;
  if (typeof code !== 'string' || !CODES.includes(code))
    file.tell(at('code'), 'failures.code', 'must be a code of docs/failures.md', hint && `did you mean ${hint}?`);
  if (stage !== undefined && !STAGES.includes(stage as string))
    file.tell(at('stage'), 'failures.stage', `must be one of ${STAGES.join(', ')}`);
  if (order_id !== undefined && typeof order_id !== 'string')
    file.tell(at('order_id'), 'failures.order_id', `must be text, but is ${shown(order_id)}`);
  return [
    {
      place: file.placeOf(node),
      code: code as string,
      ...(stage !== undefined && { stage: stage as string }),
      ...(order_id !== undefined && { order_id: order_id as string }),
    },
  ];
};
