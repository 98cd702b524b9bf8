/** Many rounds of damage: in `npm test`, and not in the gate. */
import { powerCut, randomDamage } from './damage';

randomDamage(Number(process.env.DAMAGES ?? 500));
powerCut(1);
