/** Calls of the program in this process, with what it says captured. */
import { main } from '../../commands/main';

export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** @param act Runs while both streams are captured. */
export const captured = async <T>(act: () => Promise<T>): Promise<{ result: T; out: string; err: string }> => {
  const said = { out: '', err: '' };
  const say = (stream: 'out' | 'err', text: unknown) => {
    said[stream] += text;
    return true;
  };
  const out = jest.spyOn(process.stdout, 'write').mockImplementation(text => say('out', text));
  const err = jest.spyOn(process.stderr, 'write').mockImplementation(text => say('err', text));
  try {
    const result = await act();
    return { result, ...said };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
};

/** @param args What follows the program's name. */
export const call = async (...args: string[]): Promise<Called> => {
  const { result: code, out, err } = await captured(() => main(args));
  return { code, out, err };
};
