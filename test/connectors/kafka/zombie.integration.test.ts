/**
 * A lane with two owners, each thinking that it is the one: whoever fenced last may write, the other one's work is undone.
 * The thief fences, then records come, and both reach for them; the rightful member takes the lane back.
 */
import { firstValueFrom } from 'rxjs';
import { each, type SourceRecord } from '../../../pipeline/batch';
import { unremembered } from '../../../pipeline/settlement';
import { orderEvent } from '../../records';
import { counted, scene, until } from './scene';

const recordsEach = 400;
const thefts = 10;

const toEvents = each<SourceRecord, ReturnType<typeof orderEvent>>('map', ({ key }) => orderEvent(String(key)));

test('every record once, however often a lane is stolen and taken back', async () => {
  const { member, lane, produce, written, caughtUp, seen, warnings } = await scene({ lanes: 1 });
  const owner = await member();
  await produce(recordsEach);
  await until(() => written() === recordsEach);
  let stolen = 0;
  let refused = 0;
  for (let theft = 1; theft <= thefts; theft++) {
    const [before, noticed] = [written(), warnings.length];
    const thief = await lane(0);
    // Not earlier: an owner that has nothing to write does not notice that it was robbed.
    const producing = produce(recordsEach);
    try {
      for (;;) {
        const batch = await firstValueFrom(thief.lane.pull());
        if (batch.outcomes.length === 0 && warnings.length > noticed) break; // the owner had the rest
        // Every other one freezes with a batch in hand until the owner is back and writes: from here on it is a zombie.
        if (theft % 2 === 1 && batch.outcomes.length > 0) await until(() => written() > before);
        stolen += (await firstValueFrom(thief.write(unremembered(toEvents(batch))))).records;
      }
    } catch (error) {
      expect(error).toMatchObject({
        type: expect.stringMatching(/INVALID_PRODUCER_EPOCH|PRODUCER_FENCED|INVALID_TXN_STATE/),
      });
      refused += 1;
    }
    await thief.close();
    await producing;
    await until(() => written() + stolen >= recordsEach * (theft + 1));
  }
  await caughtUp();
  expect(owner.held()).toEqual([0]);
  await owner.drain();
  expect(refused).toBeGreaterThanOrEqual(thefts / 2);
  expect(stolen).toBeGreaterThan(0);
  // Once for each theft, but for one that comes while the owner still fences for the one before: that fence takes back both.
  expect(warnings.length).toBeGreaterThanOrEqual(thefts / 2);
  expect(new Set(warnings)).toEqual(new Set(['lane fenced']));
  const records = recordsEach * (thefts + 1);
  expect(counted(await seen())).toEqual({ events: records, different: records });
});
