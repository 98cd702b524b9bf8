/** How a bounded demo went, for people. */
import type { OnceResult } from './once';

export const summaryText = ({ summary }: Pick<OnceResult, 'summary'>): string => {
  const { produced, events, failures, skipped, duplicates, held, unaccounted, seconds } = summary;
  const codes = Object.entries(failures).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const failed = codes.reduce((sum, [, count]) => sum + count, 0);
  const rows: (readonly [string, number])[] = [
    ['produced', produced],
    ['events', events],
    ['failures', failed],
    ...codes.map(([code, count]) => [`  ${code}`, count] as const),
    ['skipped', skipped],
    ['duplicates', duplicates],
    ['held', held],
    ['unaccounted', unaccounted],
  ];
  const rate = seconds > 0 ? Math.round(produced / seconds) : produced;
  const lines = rows.map(([name, count]) => `${name.padEnd(22)}${grouped.format(count).padStart(12)}`);
  const verdict =
    unaccounted === 0
      ? 'Every record is accounted for, and nothing was written twice'
      : 'NOT every record is accounted for';
  return `${lines.join('\n')}\n${verdict}: ${seconds} s, ${grouped.format(rate)} records/s.\n`;
};

const grouped = new Intl.NumberFormat('en-US');
