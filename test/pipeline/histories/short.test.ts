/** Some random histories at every change; `npm test` runs many (long.histories.test.ts). */
import { histories } from './run';

histories(Number(process.env.HISTORIES ?? 500));
