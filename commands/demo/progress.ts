/** What the demo knows while it runs: counted as things happen, looked at as a `DemoState`. */
import { parseMoney } from '../../pipeline/order/money';
import type { Written } from '../../pipeline/ports';
import type { OrderEvent, OrderSummary } from '../../schemas/types';
import { SummaryWindows } from './summaries';
import type { DemoState, LatestEvent, PartitionLine } from './view';

const latestMax = 20;
/** Rates are taken over so long, and as many columns of the sparkline are shown. */
const rateSeconds = 3;
const sparkColumns = 24;
const troubleShownMs = 15_000;

export class Progress {
  phase: DemoState['phase'] = 'starting';
  lag: readonly PartitionLine[] = [];
  produced = 0;
  /** Records read by what was committed, those that wait among them. */
  read = 0;
  skipped = 0;
  duplicates = 0;
  late = 0;
  /** Facts that wait, by lane. */
  private readonly heldByLane = new Map<number, number>();
  private troubles: { readonly what: string; readonly text: string; readonly until: number }[] = [];
  private readonly byAction = new Map<string, number>();
  private readonly byCode = new Map<string, number>();
  private readonly messages = new Map<string, string>();
  private latest: readonly LatestEvent[] = [];
  private readonly windows = new SummaryWindows();
  private began: number | undefined;
  private ended: number | undefined;
  /** Produced and written at the end of each second. */
  private readonly seconds: { readonly at: number; readonly produced: number; readonly written: number }[] = [];

  /** @param now Of a clock that never goes back, ms. */
  constructor(
    private readonly places: Pick<DemoState, 'brokers' | 'registry' | 'topics' | 'waits' | 'hints'>,
    private readonly now: () => number,
  ) {}

  /** The first record is about to go out. */
  begin(): void {
    this.began = this.now();
    this.seconds.push({ at: this.began, produced: this.produced, written: this.written });
  }

  /** Nothing more comes. */
  end(): void {
    this.ended = this.now();
  }

  /** Since `begin`, until `end`. */
  get elapsedMs(): number {
    return this.began === undefined ? 0 : (this.ended ?? this.now()) - this.began;
  }

  /** Facts that wait now, in open windows or for their purchase. */
  get held(): number {
    let sum = 0;
    for (const held of this.heldByLane.values()) sum += held;
    return sum;
  }

  /** Records of which something has become. */
  private get written(): number {
    return this.read - this.held;
  }

  wrote({ lane, records, skipped, duplicates, late, held, byAction, byCode }: Written): void {
    this.read += records;
    this.skipped += skipped;
    this.duplicates += duplicates;
    this.late += late;
    this.heldByLane.set(lane, held);
    for (const [action, count] of byAction) this.byAction.set(action, (this.byAction.get(action) ?? 0) + count);
    for (const [code, count] of byCode) this.byCode.set(code, (this.byCode.get(code) ?? 0) + count);
  }

  /** Something went wrong; shown for a while, or until `wentWell`, or until it goes wrong in another way. */
  wentWrong(what: string, error: unknown): void {
    this.wentWell(what);
    const text = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    this.troubles.push({ what, text, until: this.now() + troubleShownMs });
  }

  wentWell(what: string): void {
    if (this.troubles.length > 0) this.troubles = this.troubles.filter(one => one.what !== what);
  }

  /** Newest last. */
  saw(events: readonly OrderEvent[], currencyField: string | null): void {
    const lines = events.map(({ order_id, action, total, custom_fields }): LatestEvent => {
      const currency = currencyField === null ? '' : String(custom_fields[currencyField] ?? '');
      const amount = parseMoney(total);
      return { orderId: order_id, action, total: typeof amount === 'number' ? amount : null, currency };
    });
    this.latest = [...lines.reverse(), ...this.latest].slice(0, latestMax);
  }

  /** Parts of summaries, as they were written. */
  summed(summaries: readonly OrderSummary[]): void {
    for (const summary of summaries) this.windows.add(summary);
  }

  /** The newest message of each code stands for all. */
  sawFailure(code: string, message: string): void {
    this.messages.set(code, message);
  }

  /** To be called about once a second. */
  tick(): void {
    const at = this.now();
    this.seconds.push({ at, produced: this.produced, written: this.written });
    if (this.seconds.length > sparkColumns + rateSeconds) this.seconds.shift();
  }

  state(): DemoState {
    const { seconds } = this;
    const last = seconds.at(-1);
    const first = seconds.at(-1 - rateSeconds) ?? seconds[0];
    const span = last && first ? (last.at - first.at) / 1_000 : 0;
    const rate = (of: 'produced' | 'written') => (last && first && span > 0 ? (last[of] - first[of]) / span : 0);
    return {
      ...this.places,
      phase: this.phase,
      trouble: this.troubles.findLast(({ until }) => until > this.now())?.text,
      elapsedMs: this.elapsedMs,
      produced: this.produced,
      written: this.written,
      skipped: this.skipped,
      duplicates: this.duplicates,
      late: this.late,
      held: this.held,
      summary: this.windows.latest,
      producedRate: rate('produced'),
      writtenRate: rate('written'),
      writtenRates: seconds.slice(-sparkColumns - 1).flatMap((second, at, shown) => {
        const before = shown[at - 1];
        return before && second.at > before.at
          ? [((second.written - before.written) * 1_000) / (second.at - before.at)]
          : [];
      }),
      byAction: this.byAction,
      byCode: this.byCode,
      messages: this.messages,
      lag: this.lag,
      latest: this.latest,
    };
  }
}
