/**
 * A machine with one member of the group on it: `odp-orders run` as its users have it, with a state directory and a network of
 * its own. Its supervisor starts it again when it ends by itself, as a user's would, and writes that down.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Network } from './network';

export interface MemberSettings {
  /** 0, 1, 2 … */
  readonly number: number;
  /** `main.js` of the build that is run. */
  readonly program: string;
  readonly network: Network;
  readonly stateDir: string;
  readonly logFile: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly watched: MemberWatch;
}

export interface MemberWatch {
  assigned(member: Member, lanes: readonly number[]): void;
  /** By itself: nobody killed it, or asked it to end. @param assigned Whether it had got lanes in this life. */
  endedByItself(member: Member, code: number | null, assigned: boolean): void;
}

/** Lines of its log that are counted. */
const counted = { fenced: '"lane fenced"', failed: '"lane failed, begins anew"', aside: 'set aside' } as const;
export type Counted = keyof typeof counted;

const startAgainAfterMs = 500;

export class Member {
  readonly counts: Record<Counted, number> = { fenced: 0, failed: 0, aside: 0 };
  /** Of its last assignment; none while it does not run. */
  lanes: readonly number[] = [];
  private child: ChildProcess | undefined;
  private guard: ChildProcess | undefined;
  private gone: Promise<number | null> = Promise.resolve(0);
  private readonly log: WriteStream;
  private isWanted = false;
  private isFrozen = false;
  private hasStarted = false;

  constructor(readonly settings: MemberSettings) {
    this.log = createWriteStream(settings.logFile, { flags: 'a' });
  }

  get name(): string {
    return `member ${this.settings.number + 1}`;
  }

  /** Has started, and is not frozen. */
  get runs(): boolean {
    return this.hasStarted && !this.isFrozen;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  start(): void {
    this.isWanted = true;
    if (this.child !== undefined) return;
    const { program, environment } = this.settings;
    const child = spawn(process.execPath, [program, 'run'], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.guard = guardOf(child);
    let assigned = false;
    child.stdout?.pipe(this.log, { end: false });
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', line => {
      this.log.write(`${line}\n`);
      for (const [name, text] of Object.entries(counted)) if (line.includes(text)) this.counts[name as Counted] += 1;
      if (line.includes('"msg":"started"')) this.hasStarted = true;
      if (!line.includes('"lanes assigned"')) return;
      assigned = true;
      this.lanes = (JSON.parse(line) as { lanes: number[] }).lanes;
      this.settings.watched.assigned(this, this.lanes);
    });
    this.gone = new Promise(resolve => {
      child.once('close', code => {
        this.guard?.kill();
        this.child = undefined;
        this.isFrozen = false;
        this.hasStarted = false;
        this.lanes = [];
        this.log.write(`${JSON.stringify({ time: new Date().toISOString(), msg: 'process gone', code })}\n`);
        resolve(code);
        if (!this.isWanted) return;
        this.settings.watched.endedByItself(this, code, assigned);
        setTimeout(() => this.isWanted && this.start(), startAgainAfterMs);
      });
    });
  }

  /** kill -9; it stays away until it is started. */
  async kill(): Promise<void> {
    this.isWanted = false;
    this.child?.kill('SIGKILL');
    await this.gone;
  }

  /** As asked. @returns Its exit code; null where it had to be killed after a while. */
  async stop(): Promise<number | null> {
    this.isWanted = false;
    this.child?.kill('SIGTERM');
    const force = setTimeout(() => this.child?.kill('SIGKILL'), stoppedWithinMs);
    const code = await this.gone;
    clearTimeout(force);
    return code;
  }

  freeze(): void {
    this.isFrozen = true;
    this.child?.kill('SIGSTOP');
  }

  wake(): void {
    this.isFrozen = false;
    this.child?.kill('SIGCONT');
  }

  async end(): Promise<void> {
    await this.kill();
    await new Promise(resolve => this.log.end(resolve));
  }
}

const stoppedWithinMs = 30_000;

/** Whichever way we end, the kernel closes the pipe that the guard reads, and the member ends too, frozen or not. */
const guardOf = (child: ChildProcess): ChildProcess =>
  spawn('sh', ['-c', 'read end; kill -KILL "$1" 2>/dev/null', 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });

/** The environment of a member: ours without settings, and these. */
export const memberEnvironment = (settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ODP_ORDERS_|DEBUG$)/.test(name))),
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`ODP_ORDERS_${name.toUpperCase().replaceAll('.', '_')}`, value]),
  ),
});

export const memberDirectory = (directory: string, number: number): string => join(directory, `member-${number + 1}`);
