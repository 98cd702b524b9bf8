/** Ctrl-C: the first asks for an orderly end, the second ends at once (the stack ends with us either way). */

export interface Interruption {
  readonly signal: AbortSignal;
  /** From here on there is something to end in order; before, the first Ctrl-C ends at once. */
  begin(): void;
  release(): void;
}

const endsAtOnce = 130;

export const interruption = (): Interruption => {
  const controller = new AbortController();
  let begun = false;
  const asked = () => {
    if (!begun || controller.signal.aborted) process.exit(endsAtOnce);
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, asked);
  return {
    signal: controller.signal,
    begin: () => {
      begun = true;
    },
    release: () => {
      for (const signal of signals) process.off(signal, asked);
    },
  };
};
