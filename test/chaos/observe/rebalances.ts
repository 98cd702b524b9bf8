/**
 * Rebalances, as the members tell them: each member logs its lanes once a rebalance. What several log within a moment is one; what
 * the same member logs again is another.
 */
const momentMs = 2_000;

export class Rebalances {
  count = 0;
  private told = new Set<number>();
  private began = Number.NEGATIVE_INFINITY;

  /** @param now Ms, of a clock that does not go back. */
  assigned(member: number, now: number): void {
    if (this.told.has(member) || now - this.began > momentMs) {
      this.count += 1;
      this.told = new Set();
      this.began = now;
    }
    this.told.add(member);
  }
}
