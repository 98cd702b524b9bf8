/** How one machine reaches brokers and registry: links of its own, so that weather can be its alone. */
import { freePorts } from '../../../dev/stack/ports';
import { Link, type Weather } from './link';

export class Network {
  private constructor(
    readonly toBrokers: readonly Link[],
    readonly toRegistry: Link,
  ) {}

  /** @param count So many machines. The links lead nowhere until `lead`. */
  static async open(count: number, brokers: number): Promise<Network[]> {
    const ports = await freePorts(count * (brokers + 1));
    const links = await Promise.all(ports.map(port => Link.open(port)));
    return Array.from({ length: count }, () => new Network(links.splice(0, brokers), links.splice(0, 1)[0] as Link));
  }

  /** @param brokers Ports where the brokers listen for this network. */
  lead(brokers: readonly number[], registry: number): void {
    for (const [index, link] of this.toBrokers.entries()) link.target = brokers[index] ?? 0;
    this.toRegistry.target = registry;
  }

  /** To all brokers, or to one of them (ids count from 1). */
  set(weather: Weather, broker?: number): void {
    for (const [index, link] of this.toBrokers.entries())
      if (broker === undefined || index === broker - 1) link.set(weather);
  }

  close(): void {
    for (const link of [...this.toBrokers, this.toRegistry]) link.close();
  }
}
