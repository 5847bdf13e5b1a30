import { describe, expect, it } from '@jest/globals';
import { wallClock } from '../../functions/platform/wall-clock.ts';

describe('the wall clock', () => {
  it('Given a sleep longer than a timer can hold, When it is aborted, Then it was still asleep and rejects with the reason', async () => {
    const controller = new AbortController();
    let awake = false;
    const sleeping = wallClock.sleep(2 ** 31 + 1000, controller.signal).then(() => {
      awake = true;
    });
    await wallClock.sleep(20);
    expect(awake).toBe(false);

    controller.abort(new Error('stop'));

    await expect(sleeping).rejects.toThrow('stop');
  });

  it('Given more work than the limit, When it runs together, Then never more than the limit runs and results keep their order', async () => {
    let running = 0;
    let most = 0;
    const work = Array.from({ length: 10 }, (_, i) => async () => {
      running += 1;
      most = Math.max(most, running);
      await wallClock.sleep(2);
      running -= 1;
      return i;
    });

    expect(await wallClock.activity(() => wallClock.together(3, work))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(most).toBe(3);
  });
});
