import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StateFolder } from '../../cli/state-folder.ts';
import { anAccountState, aTarget, collect, openEmbedded } from './embedded.ts';

let state: StateFolder;
let nextAccount = 100000000000;
function freshAccount(): string {
  nextAccount += 1;
  return String(nextAccount);
}
const at = (time: string) => new Date(`2026-11-02T${time}Z`);

beforeAll(async () => {
  state = await openEmbedded();
});
afterAll(() => state.close());

describe('recording an account', () => {
  it('Given an account with two targets, When it is recorded for the first time, Then both and the state are written and read back as they were', async () => {
    const accountId = freshAccount();
    const targets = [
      aTarget({ accountId, region: 'eu-west-1', status: 'NON_COMPLIANT', reasons: ['SETTING_NOT_SET'] }),
      aTarget({ accountId, region: 'us-east-1' }),
    ];
    const recorded = anAccountState({ accountId });

    expect(await state.store.recordAccount(recorded, targets, 'me')).toBe(3);

    expect(await state.store.getTargets(accountId)).toEqual(targets);
    expect(await state.store.getAccountState(accountId)).toEqual(recorded);
  });

  it('Given a recorded account, When nothing changed but the order of keys, Then it costs one write', async () => {
    const accountId = freshAccount();
    const target = aTarget({ accountId });
    await state.store.recordAccount(anAccountState({ accountId }), [target], 'me');
    const sameInOtherOrder = Object.fromEntries(Object.entries(target).reverse()) as unknown as typeof target;

    const written = await state.store.recordAccount(
      anAccountState({ accountId, lastRunId: 'run-2' }),
      [sameInOtherOrder],
      'me',
    );

    expect(written).toBe(1);
    expect((await state.store.getAccountState(accountId))?.lastRunId).toBe('run-2');
  });

  it.each([
    ['a note', { notes: ['SETTING_FOREIGN_ROLE' as const] }],
    [
      'a sentence of a finding',
      { findings: [{ code: 'SETTING_NOT_SET' as const, subject: null, sentence: 'x' }] },
    ],
    ['whether to look again', { retry: true }],
  ])(
    'Given a recorded account of two targets, When %s of one changes, Then only that one is written',
    async (_what, change) => {
      const accountId = freshAccount();
      const [first, second] = [
        aTarget({ accountId, region: 'eu-west-1' }),
        aTarget({ accountId, region: 'us-east-1' }),
      ];
      await state.store.recordAccount(anAccountState({ accountId }), [first, second], 'me');

      const changed = { ...second, ...change };
      expect(await state.store.recordAccount(anAccountState({ accountId }), [first, changed], 'me')).toBe(2);

      expect(await state.store.getTargets(accountId)).toEqual([first, changed]);
    },
  );

  it('Given more targets than one batch holds, When they are recorded, Then all are there', async () => {
    const accountId = freshAccount();
    const targets = Array.from({ length: 34 }, (_, i) =>
      aTarget({ accountId, region: `xx-test-${String(i).padStart(2, '0')}` }),
    );

    expect(await state.store.recordAccount(anAccountState({ accountId }), targets, 'me')).toBe(35);

    expect(await state.store.getTargets(accountId)).toEqual(targets);
  });

  it('Given a target beyond 400 KB, When the account is recorded, Then it is refused by name and nothing is written', async () => {
    const accountId = freshAccount();
    const large = aTarget({
      accountId,
      region: 'us-east-1',
      findings: [{ code: 'WRITE_FAILED', subject: null, sentence: 'x'.repeat(410_000) }],
    });

    const recording = state.store.recordAccount(
      anAccountState({ accountId }),
      [aTarget({ accountId }), large],
      'me',
    );

    await expect(recording).rejects.toMatchObject({
      name: 'ItemTooLargeError',
      item: `target ${accountId} us-east-1`,
    });
    expect(await state.store.getTargets(accountId)).toEqual([]);
    expect(await state.store.getAccountState(accountId)).toBeNull();
  });

  it('Given 250 recorded accounts, When all states and two unknown ones are asked for, Then the 250 come back', async () => {
    const ids = Array.from({ length: 250 }, freshAccount);
    await Promise.all(
      ids.map((accountId) => state.store.recordAccount(anAccountState({ accountId }), [], 'me')),
    );

    const states = await state.store.getAccountStates([...ids, ids[0] ?? '', '999999999998', '999999999999']);

    expect([...states.keys()].sort()).toEqual(ids);
  });
});

describe('the lease', () => {
  it('Given a free account, When twenty invocations want its lease at once, Then exactly one has it', async () => {
    const accountId = freshAccount();

    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        state.store.takeLease(accountId, `owner-${i}`, at('10:00:00.000'), at('10:05:00.000')),
      ),
    );

    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('Given a lease, When time passes, Then another takes it after its end and not before, and its owner may extend it', async () => {
    const accountId = freshAccount();
    const take = (owner: string, now: string) =>
      state.store.takeLease(accountId, owner, at(now), new Date(at(now).getTime() + 300_000));

    expect(await take('first', '10:00:00.000')).toBe(true);
    expect(await take('second', '10:04:59.999')).toBe(false);
    expect(await take('first', '10:01:00.000')).toBe(true);
    expect(await take('second', '10:06:00.000')).toBe(false);
    expect(await take('second', '10:06:00.001')).toBe(true);
    expect(await take('first', '10:06:00.001')).toBe(false);
  });

  it('Given a lease on an account never recorded, When its state is asked for, Then there is none', async () => {
    const accountId = freshAccount();
    await state.store.takeLease(accountId, 'me', at('10:00:00.000'), at('10:05:00.000'));

    expect(await state.store.getAccountState(accountId)).toBeNull();
    expect(await state.store.getAccountStates([accountId])).toEqual(new Map());
  });

  it('Given a recorded account, When a lease is taken, Then its state is whole and shows the lease, and recording releases it', async () => {
    const accountId = freshAccount();
    const recorded = anAccountState({ accountId });
    await state.store.recordAccount(recorded, [], 'me');
    await state.store.takeLease(accountId, 'me', at('11:00:00.000'), at('11:05:00.000'));

    expect(await state.store.getAccountState(accountId)).toEqual({
      ...recorded,
      leaseOwner: 'me',
      leaseUntil: '2026-11-02T11:05:00.000Z',
    });

    await state.store.recordAccount(recorded, [], 'me');
    expect(await state.store.getAccountState(accountId)).toEqual(recorded);
    expect(await state.store.takeLease(accountId, 'other', at('11:00:01.000'), at('11:05:00.000'))).toBe(
      true,
    );
  });

  it('Given another invocation holds the lease, When the account is recorded, Then it is refused by name and neither target nor state changes', async () => {
    const accountId = freshAccount();
    const before = aTarget({ accountId });
    await state.store.recordAccount(anAccountState({ accountId }), [before], 'me');
    await state.store.takeLease(accountId, 'other', at('10:00:00.000'), at('10:05:00.000'));

    const recording = state.store.recordAccount(
      anAccountState({ accountId, updatedAt: '2026-11-02T10:04:00.000Z', status: 'ERROR' }),
      [{ ...before, status: 'ERROR' }],
      'me',
    );

    await expect(recording).rejects.toMatchObject({ name: 'LeaseLostError', accountId, owner: 'me' });
    expect(await state.store.getTargets(accountId)).toEqual([before]);
    expect((await state.store.getAccountState(accountId))?.leaseOwner).toBe('other');
  });

  it('Given a lease that ran out, When the account is recorded by another, Then it goes through', async () => {
    const accountId = freshAccount();
    await state.store.takeLease(accountId, 'other', at('10:00:00.000'), at('10:05:00.000'));

    await state.store.recordAccount(
      anAccountState({ accountId, updatedAt: '2026-11-02T10:05:00.001Z' }),
      [aTarget({ accountId })],
      'me',
    );

    expect((await state.store.getAccountState(accountId))?.leaseOwner).toBeNull();
  });

  it('Given a lease, When it is released by another and then by its owner, Then only the second frees it', async () => {
    const accountId = freshAccount();
    await state.store.takeLease(accountId, 'me', at('10:00:00.000'), at('10:05:00.000'));

    await state.store.releaseLease(accountId, 'other');
    expect(await state.store.takeLease(accountId, 'other', at('10:00:01.000'), at('10:05:00.000'))).toBe(
      false,
    );

    await state.store.releaseLease(accountId, 'me');
    await state.store.releaseLease(accountId, 'me');
    expect(await state.store.takeLease(accountId, 'other', at('10:00:01.000'), at('10:05:00.000'))).toBe(
      true,
    );
  });
});

describe('the index over what is not compliant', () => {
  it('Given targets of every status in many accounts, When it is listed, Then it holds those that are neither compliant nor skipped, and one that is put right drops out', async () => {
    const own = await openEmbedded();
    try {
      const statuses = ['COMPLIANT', 'NON_COMPLIANT', 'CONVERGING', 'SKIPPED', 'ERROR'] as const;
      const ids = Array.from({ length: 40 }, freshAccount);
      const targetsOf = (accountId: string) =>
        statuses.map((status, i) => aTarget({ accountId, region: `xx-test-${i}`, status }));
      await Promise.all(
        ids.map((id) => own.store.recordAccount(anAccountState({ accountId: id }), targetsOf(id), 'me')),
      );

      const listed = await collect(own.store.listNonCompliant());
      const expected = ids.flatMap((id) =>
        ['xx-test-1', 'xx-test-2', 'xx-test-4'].map((region) => `${id} ${region}`),
      );
      expect(listed.map((target) => `${target.accountId} ${target.region}`).sort()).toEqual(expected.sort());
      expect(listed.every((target) => target.instances !== undefined)).toBe(true);

      const [first = ''] = ids;
      const healed = targetsOf(first).map((target) => ({ ...target, status: 'COMPLIANT' as const }));
      await own.store.recordAccount(anAccountState({ accountId: first }), healed, 'me');
      expect(
        (await collect(own.store.listNonCompliant())).filter((target) => target.accountId === first),
      ).toEqual([]);
    } finally {
      await own.close();
    }
  });
});

describe('closing the records of an account that left', () => {
  const closing = { at: '2026-11-02T11:00:00.000Z', because: 'AccountDepartedOrganization' };

  it('Given a record older than the event, When it is closed, Then it is marked, its targets stay and are in no index', async () => {
    const accountId = freshAccount();
    const target = aTarget({ accountId, status: 'ERROR', reasons: ['ROLE_NOT_ASSUMABLE'] });
    await state.store.recordAccount(anAccountState({ accountId }), [target], 'me');

    expect(await state.store.closeAccount(accountId, closing)).toBe(true);
    expect(await state.store.closeAccount(accountId, closing)).toBe(false);

    expect((await state.store.getAccountState(accountId))?.closed).toEqual(closing);
    expect(await state.store.getTargets(accountId)).toEqual([target]);
    const open = await collect(state.store.listNonCompliant());
    expect(open.filter((each) => each.accountId === accountId)).toEqual([]);
  });

  it('Given closed records, When the account is back and a run records it as it was, Then it is open and in the index again', async () => {
    const accountId = freshAccount();
    const target = aTarget({ accountId, status: 'ERROR', reasons: ['ROLE_NOT_ASSUMABLE'] });
    await state.store.recordAccount(anAccountState({ accountId }), [target], 'me');
    await state.store.closeAccount(accountId, closing);

    await state.store.recordAccount(anAccountState({ accountId, lastRunId: 'run-2' }), [target], 'me');

    expect((await state.store.getAccountState(accountId))?.closed).toBeUndefined();
    const open = await collect(state.store.listNonCompliant());
    expect(open.filter((each) => each.accountId === accountId)).toEqual([target]);
  });

  it.each([
    ['no record', null],
    ['a record newer than the event', '2026-11-02T11:00:00.001Z'],
  ])('Given %s, When it is closed, Then nothing is', async (_what, updatedAt) => {
    const accountId = freshAccount();
    if (updatedAt) await state.store.recordAccount(anAccountState({ accountId, updatedAt }), [], 'me');
    expect(await state.store.closeAccount(accountId, closing)).toBe(false);
    expect((await state.store.getAccountState(accountId))?.closed).toBeUndefined();
  });
});
