/** Many random histories: in `npm test`, and not in the gate. */
import { histories } from './run';

histories(Number(process.env.HISTORIES ?? 10_000));
