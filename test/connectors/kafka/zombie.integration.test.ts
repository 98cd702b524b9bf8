/**
 * A lane with two owners, each thinking that it is the one: whoever fenced last may write, the other one's work is undone.
 * The thief fences, writes a few batches and freezes in the middle of one; the rightful member takes the lane back.
 */
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { defaultIfEmpty } from 'rxjs/operators';
import { type Batch, each, type SourceRecord } from '../../../pipeline/batch';
import { event } from '../../contract/lanes';
import { counted, scene, until } from './scene';

const records = 6_000;
const thefts = 12;

const toEvents = each<SourceRecord, ReturnType<typeof event>>('map', ({ key }) => event(String(key)));

test('every record once, however often a lane is stolen and taken back', async () => {
  const { member, lane, produce, written, caughtUp, seen, warnings } = await scene({ lanes: 1 });
  let begun = 0;
  const owner = await member({
    debug(_, message) {
      if (message === 'lane begins') begun += 1;
    },
  });
  const producing = produce(records);
  let stolen = 0;
  for (let theft = 0; theft < thefts; theft++) {
    await until(() => written() + stolen >= ((theft + 1) * records) / (thefts + 3));
    const thief = await lane(0);
    const before = begun;
    let batches = 0;
    const pull = () =>
      lastValueFrom(thief.lane.pull().pipe(defaultIfEmpty(undefined))) as Promise<Batch<SourceRecord> | undefined>;
    try {
      for (;;) {
        const batch = await pull();
        if (!batch) break;
        // Every other one freezes here until the owner is back: its write is a zombie's. The others do so a few batches
        // later: who has stolen all there is writes no more, and so is never refused.
        if (theft % 2 === 1 || batches === 4) await until(() => begun > before);
        batches += 1;
        stolen += (await firstValueFrom(thief.write(toEvents(batch)))).records;
      }
    } catch (error) {
      expect(error).toMatchObject({ type: expect.stringMatching(/INVALID_PRODUCER_EPOCH|PRODUCER_FENCED/) });
    }
    await thief.close();
  }
  await producing;
  await caughtUp();
  expect(owner.held()).toEqual([0]);
  await owner.drain();
  expect(warnings.filter(message => message === 'lane fenced').length).toBeGreaterThanOrEqual(thefts / 2);
  expect(stolen).toBeGreaterThan(0);
  expect(counted(await seen())).toEqual({ events: records, different: records });
  expect(written() + stolen).toBe(records);
});
