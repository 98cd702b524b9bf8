/** A way over the network that can be cut, held up and slowed down: what comes in on our port goes on to another, and back. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type Weather =
  | { readonly kind: 'fair' }
  /** Connections break, new ones are refused. */
  | { readonly kind: 'cut' }
  /** Connections stay, new ones are accepted, nothing goes through: what TCP calls a healthy connection. */
  | { readonly kind: 'held' }
  /** All comes through, each piece so many ms later. */
  | { readonly kind: 'slow'; readonly byMs: number };

const fair: Weather = { kind: 'fair' };

export class Link {
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private weather: Weather = fair;
  /** What waits for the weather to change. */
  private waiting: (() => void)[] = [];
  /** Where it leads; nowhere yet. */
  target = 0;

  private constructor(readonly port: number) {
    this.server = createServer(inner => this.accept(inner));
  }

  static async open(port: number): Promise<Link> {
    const link = new Link(port);
    await new Promise<void>((resolve, reject) => {
      link.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return link;
  }

  set(weather: Weather): void {
    this.weather = weather;
    if (weather.kind === 'cut') for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    const { waiting } = this;
    this.waiting = [];
    for (const go of waiting) go();
  }

  close(): void {
    this.set({ kind: 'cut' });
    this.server.close();
  }

  private accept(inner: Socket): void {
    if (this.weather.kind === 'cut') return void inner.resetAndDestroy();
    const outer = connect({ host: '127.0.0.1', port: this.target });
    const pair = [inner, outer] as const;
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const [from, to] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      from.setNoDelay(true).on('error', end).on('close', end);
      void this.carry(from, to).catch(end);
    }
  }

  private async carry(from: Socket, to: Duplex): Promise<void> {
    for await (const piece of from) {
      while (this.weather.kind === 'held') await new Promise<void>(resolve => this.waiting.push(resolve));
      const { weather } = this;
      if (weather.kind === 'slow') await new Promise(resolve => setTimeout(resolve, weather.byMs));
      if (!to.writable) return;
      if (!to.write(piece)) await new Promise<void>(resolve => to.once('drain', resolve).once('close', resolve));
    }
  }
}
