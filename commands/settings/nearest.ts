/** "Did you mean …": the known name that takes the fewest edits. */

/** @returns undefined when nothing is near enough to be meant. */
export const nearest = (name: string, known: Iterable<string>): string | undefined => {
  const wanted = bare(name);
  let best: string | undefined;
  let fewest = Math.floor(wanted.length / 3) + 1;
  for (const candidate of known) {
    const edits = distance(wanted, bare(candidate), fewest);
    if (edits < fewest) {
      best = candidate;
      fewest = edits;
    }
  }
  return best;
};

/** `clientId`, `client-id` and `client_id` are the same slip. */
const bare = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Insertions, deletions and replacements between two words; `limit` when there are at least so many. */
const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(row[b.length] ?? limit, limit);
};
