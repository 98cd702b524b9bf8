/**
 * Where the view goes: redrawn in place on a terminal, on a page of its own that gives back what was there before; a line
 * now and then elsewhere.
 */
import type { WriteStream } from 'node:tty';
import { type DemoState, demoLine, renderDemo } from './view';

export interface Screen {
  draw(state: DemoState): void;
  /** Leaves the last view behind. */
  close(state: DemoState): void;
}

export const openScreen = (stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen =>
  stream.isTTY && env.TERM !== 'dumb' ? terminal(stream, !env.NO_COLOR) : lines(stream);

const ownPage = '\u001b[?1049h\u001b[?25l';
const formerPage = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

const terminal = (stream: WriteStream, colour: boolean): Screen => {
  let shown: DemoState | undefined;
  // Some terminals do not know their size, and say 0.
  const text = (state: DemoState, rows: number) => renderDemo(state, { columns: stream.columns || 80, rows, colour });
  const draw = (state: DemoState) => {
    shown = state;
    const all = text(state, stream.rows || 24);
    // One write a picture: nothing flickers.
    stream.write(`${home}${all.map(line => `${line}${clearLine}`).join('\r\n')}${clearBelow}`);
  };
  const resized = () => shown && draw(shown);
  // However we end, the terminal is given back.
  const giveBack = () => stream.write(formerPage);
  stream.write(ownPage);
  stream.on('resize', resized);
  process.on('exit', giveBack);
  return {
    draw,
    close: state => {
      stream.off('resize', resized);
      process.off('exit', giveBack);
      stream.write(`${formerPage}${text(state, 40).join('\n')}\n`);
    },
  };
};

/** Between two lines. */
const lineEveryMs = 5_000;

const lines = (stream: NodeJS.WriteStream): Screen => {
  let last = Number.NEGATIVE_INFINITY;
  return {
    draw: state => {
      if (state.phase !== 'running' || performance.now() - last < lineEveryMs) return;
      last = performance.now();
      stream.write(`${demoLine(state)}\n`);
    },
    close: state => void stream.write(`${demoLine(state)}\n`),
  };
};
