/** What was found wrong, counted by what it is; of each the first few are told. */
export type Wrong = 'lost' | 'duplicated' | 'misordered' | 'wrong';

const toldMax = 100;

export class Verdict {
  /** Sentences, of each kind the first few. */
  readonly lines: string[] = [];
  /** Orders that are not right, the first of many. */
  readonly orders = new Set<string>();
  private readonly counts: Record<Wrong, number> = { lost: 0, duplicated: 0, misordered: 0, wrong: 0 };

  /** @param order Whose it is, where it is an order's. */
  add(what: Wrong, sentence: string, order?: string): void {
    if (order !== undefined && this.orders.size < toldMax) this.orders.add(order);
    this.counts[what] += 1;
    if (this.counts[what] <= toldMax) this.lines.push(`${what}: ${sentence}`);
  }

  get lost() {
    return this.counts.lost;
  }
  get duplicated() {
    return this.counts.duplicated;
  }
  get misordered() {
    return this.counts.misordered;
  }
  /** Not as it must be: amounts, failures, sums, ledgers, positions, members. */
  get wrong() {
    return this.counts.wrong;
  }

  get right(): boolean {
    return Object.values(this.counts).every(count => count === 0);
  }
}
