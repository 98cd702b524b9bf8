/**
 * A Java process that cannot outlive us. Its standard input is a pipe we hold: when we end, in whichever way, the kernel
 * closes the pipe and the process ends itself (launcher/Guarded.java). It has a session of its own, so Ctrl-C reaches us
 * only. A paused process cannot notice: while it is paused a shell of its own session waits for our end and wakes it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

export interface JavaCommand {
  /** As it appears in messages: "Kafka broker 1". */
  readonly name: string;
  readonly main: string;
  readonly classpath: readonly string[];
  readonly flags: readonly string[];
  readonly args: readonly string[];
  /** Output is appended here. */
  readonly log: string;
}

/** One broker or the registry, for tests that break it and put it right again. */
export interface Node {
  readonly name: string;
  readonly log: string;
  /** Of the running process; undefined when it is stopped. */
  readonly pid: number | undefined;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** As asked (SIGTERM), by force after 15 s. Resolves when the process is gone. */
  stop(): Promise<void>;
  /** kill -9. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
}

/** The repository, from the sources and from dist/ (which may hold a package.json too: the compiler copies imported JSON). */
export const packageRoot = (directory = __dirname): string => {
  if (existsSync(join(directory, 'dev/stack/pom.xml'))) return directory;
  if (dirname(directory) === directory)
    throw new Error(
      'Cannot find the local stack as this is no clone of the repository: use Docker Compose, or a clone.',
    );
  return packageRoot(dirname(directory));
};

/** Where dev/setup.mjs puts jars and classes. */
export const cache = resolve(packageRoot(), process.env.ODP_STACK_CACHE || '.cache/stack');

/** A Java program, from JAVA_HOME or the path. */
export const javaProgram = (name: 'java' | 'keytool'): string => {
  const inHome = process.env.JAVA_HOME && join(process.env.JAVA_HOME, 'bin', name);
  return inHome && existsSync(inHome) ? inHome : name;
};

const startedWithinMs = 90_000;
const stoppedWithinMs = 15_000;

/** `ready` is asked again and again after a start; it throws why not yet. */
export class JavaNode implements Node {
  private child: ChildProcess | undefined;
  private gone: Promise<void> = Promise.resolve();
  private waker: ChildProcess | undefined;
  private ended = '';

  constructor(
    private readonly command: JavaCommand,
    private readonly ready: () => Promise<void>,
  ) {}

  get name() {
    return this.command.name;
  }

  get log() {
    return this.command.log;
  }

  get pid() {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    if (this.child) throw new Error(`Cannot start ${this.name} as it is running already (process ${this.pid}).`);
    this.launch();
    const deadline = Date.now() + startedWithinMs;
    for (;;) {
      let reason: unknown;
      try {
        await this.ready();
        return;
      } catch (error) {
        reason = error;
      }
      if (!this.child) throw this.startFailed(this.ended);
      if (Date.now() > deadline) {
        await this.kill();
        throw this.startFailed(`it did not answer within ${startedWithinMs / 1000} s: ${reason}`);
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    this.resume();
    this.child?.kill('SIGTERM');
    this.child?.ref();
    const force = setTimeout(() => this.child?.kill('SIGKILL'), stoppedWithinMs);
    await this.gone;
    clearTimeout(force);
  }

  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    this.child?.ref();
    await this.gone;
    this.letWakerGo();
  }

  pause(): void {
    if (!this.child || this.waker) return;
    // The waker first: were we killed between the two lines, nobody would wake the process to its end.
    this.waker = spawn('sh', ['-c', 'read end; kill -CONT "$1" 2>/dev/null', 'sh', String(this.child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    unref(this.waker);
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    if (this.waker) this.child?.kill('SIGCONT');
    this.letWakerGo();
  }

  private letWakerGo() {
    this.waker?.stdin?.destroy();
    this.waker = undefined;
  }

  private launch() {
    const { main, classpath, flags, args, log } = this.command;
    const output = openSync(log, 'a');
    const guarded = [join(cache, 'launcher/classes'), ...classpath].join(delimiter);
    // Native libraries are unpacked there, and a killed process does not clear up.
    const temporary = join(dirname(log), 'tmp');
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary);
    const all = [...flags, `-Djava.io.tmpdir=${temporary}`, '-cp', guarded, 'Guarded', main, ...args];
    const child = spawn(javaProgram('java'), all, {
      stdio: ['pipe', output, output],
      detached: true,
    });
    closeSync(output);
    unref(child);
    this.child = child;
    this.gone = new Promise(resolve => {
      const end = (how: string) => {
        this.ended = how;
        this.child = undefined;
        resolve();
      };
      child.once('exit', (code, signal) => end(`it ended ${signal ? `by ${signal}` : `with exit code ${code}`}`));
      child.once('error', error => end(error.message));
    });
  }

  private startFailed(reason: string) {
    return new Error(`Cannot start ${this.name} as ${reason}.\n${lastLines(this.log)}\nIts whole log is ${this.log}`);
  }
}

/** We wait for no child but to see it end: whoever wants the stack to live keeps something else running. */
const unref = (child: ChildProcess) => {
  child.unref();
  const pipe = child.stdin as (NodeJS.WritableStream & { unref?(): void }) | null;
  pipe?.unref?.();
  // The pipe breaks when the process ends first.
  pipe?.on('error', () => undefined);
};

/** Without the traces: they are many lines, and say nothing to whoever has a port in use. */
const lastLines = (log: string) =>
  readFileSync(log, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '' && !/^\s+(at |\.\.\. \d+ more)/.test(line))
    .slice(-6)
    .join('\n');
