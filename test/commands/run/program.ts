/** `odp-orders` as its users have it: a process of its own, its settings in the environment, seen from outside only. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const mainFile = join(__dirname, '../../../dist/commands/main.js');

/** By name: `{ 'kafka.group': 'trial' }`. */
export type GivenSettings = Readonly<Record<string, string>>;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** All it has said to standard error so far. */
  readonly stderr: string;
  send(signal: NodeJS.Signals): void;
  /** Resolves once standard error fits; rejects when the process ends before that. */
  said(pattern: RegExp): Promise<void>;
}

/** Where lanes remember their orders, unless a test says something else. */
const stateDirectory = mkdtempSync(join(tmpdir(), 'odp-orders-test-'));
afterAll(() => rmSync(stateDirectory, { recursive: true, force: true }));

/** Our environment without any settings of its own, and with these. */
export const environmentOf = (settings: GivenSettings): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ODP_ORDERS_|DEBUG$|TEST_STACK$)/.test(name)),
  ),
  ODP_ORDERS_STATE_DIR: stateDirectory,
  ...Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`ODP_ORDERS_${name.toUpperCase().replaceAll('.', '_')}`, value]),
  ),
});

const running = new Set<ChildProcess>();

/** A file of this process's choice runs with these arguments; `npm` for instance, or node with a script of ours. */
export const startProcess = (
  command: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string; readonly detached?: boolean },
): Program => {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let [stdout, stderr] = ['', ''];
  const heard = new Set<() => void>();
  const hear = () => {
    for (const listen of heard) listen();
  };
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
    hear();
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
    hear();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? -1,
    ended,
    get stderr() {
      return stderr;
    },
    send: signal => {
      child.kill(signal);
    },
    said: pattern =>
      new Promise((resolve, reject) => {
        const listen = () => {
          if (!pattern.test(stderr) && !pattern.test(stdout)) return;
          heard.delete(listen);
          resolve();
        };
        heard.add(listen);
        listen();
        ended.then(({ code, signal }) =>
          reject(new Error(`Ended (${code ?? signal}) before it said ${pattern}. It said: ${stdout}${stderr}`)),
        );
      }),
  };
};

/** Where no settings file is. */
const elsewhere = join(__dirname, '../../../dist');

/** `odp-orders <args>`. */
export const start = (args: readonly string[], settings: GivenSettings): Program =>
  startProcess(process.execPath, [mainFile, ...args], { env: environmentOf(settings), cwd: elsewhere });

/** To its end. */
export const call = (args: readonly string[], settings: GivenSettings): Promise<Ended> => start(args, settings).ended;

/** For `afterEach`: what a failed test left behind. */
export const killAll = async (): Promise<void> => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all([...running].map(child => new Promise(resolve => child.once('close', resolve))));
};
