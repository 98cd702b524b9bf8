/** Whether a figure grows: the straight line through its samples, and how sure its slope is. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Trend {
  /** Of y, for each unit of x. */
  readonly slope: number;
  /** Of the slope. Samples that resemble those before them count for less: ten readings of one wave are not ten proofs. */
  readonly standardError: number;
}

/** By least squares. @throws Error for fewer than three points, or where all have one x. */
export const trendOf = (points: readonly Point[]): Trend => {
  const n = points.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const spread = sum(points.map(({ x }) => (x - meanX) ** 2));
  if (n < 3 || spread === 0) throw new Error(`Cannot tell a trend from ${n} samples: measure for longer.`);
  const slope = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / spread;
  const residuals = points.map(({ x, y }) => y - meanY - slope * (x - meanX));
  const squares = sum(residuals.map(residual => residual ** 2));
  const independent = Math.max(3, n * independence(residuals, squares));
  return { slope, standardError: Math.sqrt(squares / (independent - 2) / spread) };
};

/** Share of the samples that tell something new, by how much each residual resembles the one before it (lag-1 autocorrelation). */
const independence = (residuals: readonly number[], squares: number): number => {
  if (squares === 0) return 1;
  const products = residuals.slice(1).map((residual, index) => residual * (residuals[index] ?? 0));
  const correlation = Math.max(0, sum(products) / squares);
  return (1 - correlation) / (1 + correlation);
};

/** Whether the slope is no more than what chance makes of such samples (95 %), or than `negligible`. Falling is flat. */
export const isFlat = ({ slope, standardError }: Trend, negligible = 0): boolean =>
  slope <= Math.max(2 * standardError, negligible);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;
