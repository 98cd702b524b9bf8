/** The demo's log: beside a live view into a file, its warnings into the view; else warnings to standard error. */
import { appendFileSync } from 'node:fs';
import { createLogger, type Logger } from '../../connectors/log';
import type { Progress } from './progress';

/** @param file Null: standard error. */
export const demoLog = (file: string | null, progress: Progress): Logger => {
  if (file === null) return createLogger({ level: 'warn', format: 'pretty' });
  return createLogger(
    { level: 'info', format: 'json' },
    {
      write: line => {
        appendFileSync(file, line);
        const { level, msg } = JSON.parse(line) as { level: string; msg?: string };
        if (msg !== undefined && (level === 'warn' || level === 'error'))
          progress.wentWrong(`the log says (${file})`, msg);
      },
    },
  );
};
