/** Story files in a folder of their own, and what `odp-orders test` says of them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { call } from '../call';

export const folder = mkdtempSync(join(tmpdir(), 'stories-'));
export const removeFolder = () => rmSync(folder, { recursive: true });

/** @returns Its path. */
export const write = (name: string, text: string): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

/** Tells one story, and says what of it came otherwise, without the folder. */
export const tell = async (text: string, ...options: string[]) => {
  const { code, out, err } = await call('test', write('one.story.yaml', text), ...options);
  const bare = (said: string) => said.replaceAll(`${folder}/`, '');
  return { code, out: bare(out), err: bare(err) };
};

/** Line 1 of a story to line 20: a purchase of 60.00 and a refund of 10.00 of order A. */
export const START = `story: A shirt is too small.
defaults:
  value:
    order_id: A
    customer: { email: ada@example.com }
    currency: EUR
facts:
  - placed:
      event_id: A/placed
      occurred_at: 2026-01-01T10:00:00Z
      total: 60.00
      subtotal: 50.00
      tax: 6.00
      shipping: 4.00
      items: [{ product_id: P-1, price: 25.00, quantity: 2 }]
  - refunded:
      event_id: A/refund/1
      occurred_at: 2026-01-02T10:00:00Z
      total: 11.00
      tax: 1.00
`;
