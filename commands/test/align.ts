/** Two lists beside each other, so that one more on either side is one difference and not one in every row after it. */

type Row<A, B> = readonly [A | undefined, B | undefined];

/**
 * The pairing that costs least. Leaving one of either side alone costs 1.
 * @param unlike What a pair costs: 0 where both agree, less than 2 where they may still stand together.
 */
export const aligned = <A, B>(as: readonly A[], bs: readonly B[], unlike: (a: A, b: B) => number): Row<A, B>[] => {
  // costs[i][j]: of the rest from i and j on.
  const costs = Array.from({ length: as.length + 1 }, () => new Array<number>(bs.length + 1).fill(0));
  const cost = (i: number, j: number) => costs[i]?.[j] ?? Number.POSITIVE_INFINITY;
  const pair = (i: number, j: number) => unlike(as[i] as A, bs[j] as B) + cost(i + 1, j + 1);
  for (let i = as.length; i >= 0; i--)
    for (let j = bs.length; j >= 0; j--) {
      const row = costs[i] as number[];
      if (i === as.length) row[j] = bs.length - j;
      else if (j === bs.length) row[j] = as.length - i;
      else row[j] = Math.min(pair(i, j), 1 + cost(i + 1, j), 1 + cost(i, j + 1));
    }
  const rows: Row<A, B>[] = [];
  for (let i = 0, j = 0; i < as.length || j < bs.length; ) {
    if (i < as.length && j < bs.length && pair(i, j) === cost(i, j)) rows.push([as[i++], bs[j++]]);
    else if (i < as.length && 1 + cost(i + 1, j) === cost(i, j)) rows.push([as[i++], undefined]);
    else rows.push([undefined, bs[j++]]);
  }
  return rows;
};
