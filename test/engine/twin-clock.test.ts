import { setTimeout as wall } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createTwinClock } from '../../cli/twin-clock.ts';

/** A twin whose time moves only when advanced, so that a test that passes has jumped. */
function aStandingTwin() {
  let time = Date.parse('2026-11-02T10:00:00Z');
  const start = time;
  const jumps: number[] = [];
  const twin = {
    busy: false,
    now: () => new Date(time),
    advance(seconds: number) {
      jumps.push(seconds);
      time += seconds * 1000;
    },
    idle: () => !twin.busy,
  };
  return { twin, jumps, elapsed: () => (time - start) / 1000 };
}

describe('the twin clock', () => {
  it('Given one activity, When it sleeps half an hour, Then the twin is advanced by it once', async () => {
    const { twin, jumps } = aStandingTwin();
    const clock = createTwinClock(twin);

    await clock.activity(() => clock.sleep(1_800_000));

    expect(jumps).toEqual([1800]);
  });

  it('Given no one counted, When something sleeps, Then it wakes all the same', async () => {
    const { twin, elapsed } = aStandingTwin();
    await createTwinClock(twin).sleep(60_000);
    expect(elapsed()).toBe(60);
  });

  it('Given two sleepers of different lengths side by side, When both sleep, Then time jumps from wake to wake and both see theirs', async () => {
    const { twin, jumps, elapsed } = aStandingTwin();
    const clock = createTwinClock(twin);
    const woke: string[] = [];
    const sleeper = (name: string, seconds: number) => async () => {
      await clock.sleep(seconds * 1000);
      woke.push(`${name}@${elapsed()}`);
      await clock.sleep(seconds * 1000);
      woke.push(`${name}@${elapsed()}`);
    };

    await clock.activity(() => clock.together(2, [sleeper('slow', 50), sleeper('quick', 20)]));

    expect(woke).toEqual(['quick@20', 'quick@40', 'slow@50', 'slow@100']);
    expect(jumps).toEqual([20, 20, 10, 50]);
  });

  it('Given one that works while the other sleeps, When the work takes long, Then the clock does not jump before it has ended', async () => {
    const { twin, elapsed } = aStandingTwin();
    const clock = createTwinClock(twin);
    let workEndedAt = -1;

    await clock.activity(() =>
      clock.together(2, [
        () => clock.sleep(600_000),
        async () => {
          await wall(60);
          workEndedAt = elapsed();
        },
      ]),
    );

    expect(workEndedAt).toBe(0);
    expect(elapsed()).toBe(600);
  });

  it('Given a request in flight at the twin, When everyone sleeps, Then the clock does not jump before it is answered', async () => {
    const { twin, elapsed } = aStandingTwin();
    const clock = createTwinClock(twin);
    twin.busy = true;

    const sleeping = clock.activity(() => clock.sleep(10_000));
    await wall(80);
    expect(elapsed()).toBe(0);
    twin.busy = false;
    await sleeping;

    expect(elapsed()).toBe(10);
  });

  it('Given Regions within accounts, When more of both than the limit sleep, Then all end and only the longest chain is waited for', async () => {
    const { twin, elapsed } = aStandingTwin();
    const clock = createTwinClock(twin);
    const region = () => clock.sleep(15_000);
    const account = () => clock.together(2, [region, region, region, region]);

    await clock.activity(() =>
      clock.together(
        3,
        Array.from({ length: 9 }, () => account),
      ),
    );

    // 9 accounts by 3, each of 4 Regions by 2, of 15 s.
    expect(elapsed()).toBe(3 * 2 * 15);
  });

  it('Given an activity within an activity, When the inner one sleeps, Then both count as one and the clock jumps', async () => {
    const { twin, elapsed } = aStandingTwin();
    const clock = createTwinClock(twin);

    await clock.activity(() => clock.activity(() => clock.sleep(5_000)));

    expect(elapsed()).toBe(5);
  });

  it('Given a sleeper, When it is aborted, Then it rejects with the reason, the clock stays and others continue', async () => {
    const { twin, elapsed } = aStandingTwin();
    const clock = createTwinClock(twin);
    const controller = new AbortController();
    twin.busy = true;
    const sleeping = clock.activity(() => clock.sleep(10_000, controller.signal));

    controller.abort(new Error('stop'));
    await expect(sleeping).rejects.toThrow('stop');
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('stop');
    twin.busy = false;
    expect(elapsed()).toBe(0);
    await clock.activity(() => clock.sleep(3_000));

    expect(elapsed()).toBe(3);
  });

  it('Given no one counted, When the only sleeper is aborted while the clock makes sure of quiet, Then it does not jump', async () => {
    const { twin, jumps } = aStandingTwin();
    const controller = new AbortController();
    const sleeping = createTwinClock(twin).sleep(10_000, controller.signal);

    setImmediate(() => controller.abort(new Error('stop')));

    await expect(sleeping).rejects.toThrow('stop');
    await wall(20);
    expect(jumps).toEqual([]);
  });

  it('Given an activity that throws, When others sleep, Then the failure is given on when they have ended, nothing more starts, and the clock serves the next', async () => {
    const { twin, elapsed } = aStandingTwin();
    const clock = createTwinClock(twin);
    const ended: string[] = [];

    const failing = clock.activity(() =>
      clock.together(2, [
        () => clock.sleep(30_000).then(() => ended.push('sleeper')),
        () => Promise.reject(new Error('broken')),
        async () => ended.push('never started'),
      ]),
    );

    await expect(failing).rejects.toThrow('broken');
    expect(ended).toEqual(['sleeper']);
    await clock.activity(() => clock.sleep(1_000));
    expect(elapsed()).toBe(31);
  });

  it('Given a twin that is advanced by someone else, When the wake time has come, Then the sleeper wakes though others work', async () => {
    const { twin } = aStandingTwin();
    const clock = createTwinClock(twin);
    let workMayEnd = () => {};
    const work = new Promise<void>((resolve) => {
      workMayEnd = resolve;
    });

    const both = clock.activity(() =>
      clock.together(2, [() => clock.sleep(10_000).then(workMayEnd), () => work]),
    );
    await wall(20);
    twin.advance(11);

    await both;
  });

  it('Given a twin that cannot be advanced, When everyone sleeps, Then they get an error instead of waiting for ever', async () => {
    const { twin } = aStandingTwin();
    const clock = createTwinClock({ ...twin, advance: () => Promise.reject(new Error('twin is gone')) });

    await expect(clock.activity(() => clock.sleep(1_000))).rejects.toThrow('twin is gone');
  });

  it('Given a sleep of nothing, When it is awaited, Then it ends without a jump', async () => {
    const { twin, jumps } = aStandingTwin();
    await createTwinClock(twin).sleep(0);
    expect(jumps).toEqual([]);
  });
});
