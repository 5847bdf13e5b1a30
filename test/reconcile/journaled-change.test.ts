import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import type { Change } from '../../functions/core/model/change.ts';
import type { Failure } from '../../functions/core/model/reads.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import { driverOf } from '../../functions/reconcile/drivers/driver.ts';
import { applyJournaled } from '../../functions/reconcile/journaled-change.ts';

let state: StateFolder;
beforeAll(async () => {
  state = await openStateFolder(null);
});
afterAll(() => state.close());

const failure = (kind: Failure['kind']): Failure => ({
  kind,
  action: 'ssm:UpdateServiceSetting',
  code: kind,
  message: kind,
});
const AWS_SAYS = {
  ok: null,
  lost: failure('UNAVAILABLE'),
  denied: failure('DENIED'),
  conflict: failure('CONFLICT'),
  unknownRole: failure('INVALID'),
};

/** A live value, and for each write whether it arrives and what is answered. */
interface World {
  live: string;
  writes: { arrives: boolean; answer: keyof typeof AWS_SAYS; meanwhile?: string }[];
  /** Reads that fail, from 1. */
  failingReads?: number[];
  /** Reads after which a write that arrived shows. */
  lateBy?: number;
}

let serial = 0;
async function change(
  world: World,
  wait: (failure: Failure) => number | null = () => null,
  more: Partial<Pick<Change, 'rollsBack'>> = {},
) {
  serial += 1;
  let sent = 0;
  let slept = 0;
  let reads = 0;
  let showsAt = 0;
  /** What happened, in its order. */
  const steps: string[] = [];
  const driver = driverOf<string>({
    readLive: async () => {
      reads += 1;
      steps.push('read');
      if (world.failingReads?.includes(reads)) return { kind: 'failed', failure: failure('UNAVAILABLE') };
      return { kind: 'value', value: reads < showsAt ? '$None' : world.live };
    },
    absent: '',
    isExpected: (live) => live === '$None',
    isDone: (live) => live === 'ours',
    write: async () => {
      const next = world.writes[sent];
      sent += 1;
      steps.push('write');
      if (next?.arrives) showsAt = reads + 1 + (world.lateBy ?? 0);
      if (!next) throw new Error('one write too many');
      if (next.arrives) world.live = 'ours';
      if (next.meanwhile) world.live = next.meanwhile;
      return AWS_SAYS[next.answer];
    },
    waitAfter: wait,
  });
  const clock: Clock = {
    now: () => new Date('2026-11-20T00:00:00Z'),
    sleep: async (milliseconds) => {
      slept += milliseconds;
    },
    activity: (work) => work(),
    together: (_limit, work) => Promise.all(work.map((each) => each())),
  };
  const accountId = String(300_000_000_000 + serial);
  const planned: Change = {
    id: `chg-${serial}`,
    accountId,
    region: 'eu-west-1',
    resource: 'setting',
    action: { kind: 'SetServiceSetting', value: 'ours' },
    expected: { value: '$None' },
    inverse: { kind: 'ResetServiceSetting' },
    monthlyCostUsd: 0,
    ...more,
  };
  const end = await applyJournaled(planned, driver, {
    store: {
      ...state.store,
      putJournal: async (entry) => {
        await state.store.putJournal(entry);
        steps.push(`journal ${entry.status}`);
      },
      settleJournal: async (...settled) => {
        await state.store.settleJournal(...settled);
        steps.push(`journal ${settled[3]}`);
      },
    },
    clock,
    runId: 'run-1',
    nextSeq: () => 7,
    signal: undefined,
    journaled: (changeId, seq) => steps.push(`number ${seq} for ${changeId}`),
    createdId: (changeId) => `made by ${changeId}`,
  });
  const [entry] = await state.store.listJournal(accountId);
  return { end: end.kind, sent, slept, journal: entry?.status, steps, entry, planned };
}

const cases: { given: string; world: World; end: string; sent: number; journal: string }[] = [
  {
    given: 'AWS does as asked',
    world: { live: '$None', writes: [{ arrives: true, answer: 'ok' }] },
    end: 'applied',
    sent: 1,
    journal: 'DONE',
  },
  {
    given: 'someone changed it since the plan',
    world: { live: 'theirs', writes: [] },
    end: 'state-changed',
    sent: 0,
    journal: 'FAILED',
  },
  {
    given: 'the answer is lost after the change',
    world: { live: '$None', writes: [{ arrives: true, answer: 'lost' }] },
    end: 'applied',
    sent: 1,
    journal: 'DONE',
  },
  {
    given: 'the request is lost before the change',
    world: {
      live: '$None',
      writes: [
        { arrives: false, answer: 'lost' },
        { arrives: true, answer: 'ok' },
      ],
    },
    end: 'applied',
    sent: 2,
    journal: 'DONE',
  },
  {
    given: 'the request is lost and another writer is quicker',
    world: { live: '$None', writes: [{ arrives: false, answer: 'lost', meanwhile: 'theirs' }] },
    end: 'state-changed',
    sent: 1,
    journal: 'PENDING',
  },
  {
    given: 'every request is lost',
    world: {
      live: '$None',
      writes: Array.from({ length: 4 }, () => ({ arrives: false, answer: 'lost' as const })),
    },
    end: 'failed',
    sent: 4,
    journal: 'PENDING',
  },
  {
    given: 'AWS denies it',
    world: { live: '$None', writes: [{ arrives: false, answer: 'denied' }] },
    end: 'failed',
    sent: 1,
    journal: 'FAILED',
  },
  {
    given: 'AWS says that it conflicts',
    world: { live: '$None', writes: [{ arrives: false, answer: 'conflict' }] },
    end: 'state-changed',
    sent: 1,
    journal: 'FAILED',
  },
  {
    given: 'the value is gone again when it is read back',
    world: { live: '$None', writes: [{ arrives: true, answer: 'ok', meanwhile: 'theirs' }] },
    end: 'not-seen',
    sent: 1,
    journal: 'DONE',
  },
  {
    given: 'its live state cannot be read',
    world: { live: '$None', writes: [], failingReads: [1] },
    end: 'failed',
    sent: 0,
    journal: 'FAILED',
  },
  {
    given: 'the answer is lost after the change, and the read after it fails',
    world: { live: '$None', writes: [{ arrives: true, answer: 'lost' }], failingReads: [2] },
    end: 'failed',
    sent: 1,
    journal: 'PENDING',
  },
  {
    given: 'the answer is lost, and AWS denies the next request',
    world: {
      live: '$None',
      writes: [
        { arrives: false, answer: 'lost' },
        { arrives: false, answer: 'denied' },
      ],
    },
    end: 'failed',
    sent: 2,
    journal: 'PENDING',
  },
  {
    given: 'every answer is lost, and the last read shows the change',
    world: {
      live: '$None',
      writes: [
        ...Array.from({ length: 3 }, () => ({ arrives: false, answer: 'lost' as const })),
        { arrives: true, answer: 'lost' },
      ],
    },
    end: 'applied',
    sent: 4,
    journal: 'DONE',
  },
  {
    given: 'every answer is lost, and the last read fails',
    world: {
      live: '$None',
      writes: Array.from({ length: 4 }, () => ({ arrives: false, answer: 'lost' as const })),
      failingReads: [5],
    },
    end: 'failed',
    sent: 4,
    journal: 'PENDING',
  },
  {
    given: 'AWS does as asked, and the read after it fails',
    world: { live: '$None', writes: [{ arrives: true, answer: 'ok' }], failingReads: [2] },
    end: 'applied',
    sent: 1,
    journal: 'DONE',
  },
];

describe('a journaled change', () => {
  it.each(cases)('given that $given, then it is $end after $sent sendings', async (c) => {
    expect(await change(c.world)).toMatchObject({ end: c.end, sent: c.sent, journal: c.journal });
  });

  it('given that AWS does as asked, then the journal has it first, and live state is read before and after the write', async () => {
    const { steps, planned, slept } = await change({
      live: '$None',
      writes: [{ arrives: true, answer: 'ok' }],
    });
    expect(steps).toEqual([
      `number 7 for ${planned.id}`,
      'journal PENDING',
      'read',
      'write',
      'read',
      'journal DONE',
    ]);
    expect(slept).toBe(0);
  });

  it('given that the request is lost, then live state is read again before it is sent again', async () => {
    const lost = { arrives: false, answer: 'lost' as const };
    const { steps } = await change({ live: '$None', writes: [lost, { arrives: true, answer: 'ok' }] });
    expect(steps.slice(2, -1)).toEqual(['read', 'write', 'read', 'write', 'read']);
  });

  it('given a reader that lags behind, then the write is read back each second until it shows', async () => {
    const writes = [{ arrives: true, answer: 'ok' as const }];
    expect(await change({ live: '$None', writes, lateBy: 5 })).toMatchObject({
      end: 'applied',
      slept: 5_000,
    });
    const never = await change({ live: '$None', writes, lateBy: 6 });
    expect(never).toMatchObject({ end: 'not-seen', slept: 6_000, journal: 'DONE' });
  });

  it('given any end, then the journal holds what a rollback needs: the change, its inverse, what it made and why it failed', async () => {
    const rollsBack = { runId: 'run-0', seq: 3 };
    const made = await change({ live: '$None', writes: [{ arrives: true, answer: 'ok' }] }, undefined, {
      rollsBack,
    });
    const { action, expected, inverse, id, resource } = made.planned;
    expect(made.entry).toMatchObject({
      action,
      expected,
      inverse,
      changeId: id,
      resource,
      seq: 7,
      runId: 'run-1',
    });
    expect(made.entry).toMatchObject({ rollsBack, createdId: `made by ${id}`, error: null });
    expect(made.entry).toMatchObject({ kind: 'SetServiceSetting', region: 'eu-west-1' });
    const changed = await change({ live: 'theirs', writes: [] });
    expect(changed.entry?.error).toBe('state changed');
    expect(changed.entry).not.toHaveProperty('rollsBack');
    const denied = await change({ live: '$None', writes: [{ arrives: false, answer: 'denied' }] });
    expect(denied.entry?.error).toBe('ssm:UpdateServiceSetting: DENIED: DENIED');
  });

  it('given a role that Systems Manager learns of after three refusals, then it waits between them', async () => {
    const refused = { arrives: false, answer: 'unknownRole' as const };
    const world: World = {
      live: '$None',
      writes: [refused, refused, refused, { arrives: true, answer: 'ok' }],
    };
    const seen = await change(world, (f) => (f.kind === 'INVALID' ? 5_000 : null));
    expect(seen).toMatchObject({ end: 'applied', sent: 4, slept: 15_000, journal: 'DONE' });
  });

  it('given that the time for waiting is up, then it is left to the next pass', async () => {
    const world: World = { live: '$None', writes: [{ arrives: false, answer: 'unknownRole' }] };
    expect(await change(world, () => 0)).toMatchObject({ end: 'still-waiting', sent: 1, journal: 'FAILED' });
  });
});
