import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StateFolder } from '../../cli/state-folder.ts';
import { aJournalEntry, aRun, openEmbedded } from './embedded.ts';

let state: StateFolder;

beforeAll(async () => {
  state = await openEmbedded();
});
afterAll(() => state.close());

describe('runs', () => {
  it('Given runs made in any order, When they are listed, Then the newest come first and no more than asked for', async () => {
    for (const [runId, startedAt] of [
      ['run-b', '2026-11-02T10:00:00.000Z'],
      ['run-c', '2026-11-03T10:00:00.000Z'],
      ['run-a', '2026-11-01T10:00:00.000Z'],
    ] as const) {
      expect(await state.store.createRun(aRun({ runId, startedAt }))).toBe(true);
    }

    expect((await state.store.listRuns(10)).map((run) => run.runId)).toEqual(['run-c', 'run-b', 'run-a']);
    expect((await state.store.listRuns(2)).map((run) => run.runId)).toEqual(['run-c', 'run-b']);
    expect(await state.store.listRuns(0)).toEqual([]);
  });

  it('Given a run, When start-run is repeated, Then it says so and the record stays', async () => {
    const run = aRun({ runId: 'repeated' });
    await state.store.createRun(run);

    expect(await state.store.createRun({ ...run, status: 'FAILED' })).toBe(false);
    expect(await state.store.getRun('repeated')).toEqual(run);
  });

  it('Given a run, When it is updated, Then it reads so; and a run that was never made cannot be updated', async () => {
    await state.store.createRun(aRun({ runId: 'updated' }));
    const later = aRun({ runId: 'updated', status: 'SUCCEEDED', endedAt: '2026-11-02T11:00:00.000Z' });

    await state.store.updateRun(later);

    expect(await state.store.getRun('updated')).toEqual(later);
    await expect(state.store.updateRun(aRun({ runId: 'never' }))).rejects.toMatchObject({
      name: 'RecordNotFoundError',
    });
    expect(await state.store.getRun('never')).toBeNull();
  });

  it('Given an id that would reach into other keys, When it is used, Then it is refused', async () => {
    await expect(state.store.getRun('a#b')).rejects.toMatchObject({ name: 'InvalidKeyError' });
  });
});

describe('the journal', () => {
  const accountId = '444444444444';

  it('Given entries of a run, When the next number is asked for and entries are listed, Then numbers continue and the order is theirs beyond nine', async () => {
    expect(await state.store.nextJournalSeq(accountId, 'run-1')).toBe(1);
    for (const seq of [2, 11, 1, 10]) await state.store.putJournal(aJournalEntry({ accountId, seq }));

    expect(await state.store.nextJournalSeq(accountId, 'run-1')).toBe(12);
    expect((await state.store.listJournal(accountId, 'run-1')).map((entry) => entry.seq)).toEqual([
      1, 2, 10, 11,
    ]);
  });

  it('Given runs whose ids begin alike, When one is listed, Then the other is not', async () => {
    await state.store.putJournal(aJournalEntry({ accountId, runId: 'run-10', seq: 7 }));

    expect(await state.store.nextJournalSeq(accountId, 'run-10')).toBe(8);
    expect(
      (await state.store.listJournal(accountId, 'run-1')).every((entry) => entry.runId === 'run-1'),
    ).toBe(true);
  });

  it('Given an entry, When another is put in its place, Then it is refused; the very same, sent again after a lost response, is not', async () => {
    const entry = aJournalEntry({ accountId, runId: 'run-2' });
    await state.store.putJournal(entry);

    await state.store.putJournal(entry);
    const other = state.store.putJournal({ ...entry, changeId: 'change-2' });

    await expect(other).rejects.toMatchObject({ name: 'JournalConflictError' });
    expect(await state.store.listJournal(accountId, 'run-2')).toEqual([entry]);
  });

  it('Given a pending entry, When it is settled, Then status, time and error are added and the rest stays', async () => {
    const entry = aJournalEntry({ accountId, runId: 'run-3' });
    await state.store.putJournal(entry);

    await state.store.settleJournal(
      accountId,
      'run-3',
      1,
      'FAILED',
      new Date('2026-11-02T10:00:05Z'),
      'AccessDenied',
    );

    expect(await state.store.listJournal(accountId, 'run-3')).toEqual([
      { ...entry, status: 'FAILED', settledAt: '2026-11-02T10:00:05.000Z', error: 'AccessDenied' },
    ]);
    const absent = state.store.settleJournal(accountId, 'run-3', 9, 'DONE', new Date(), null);
    await expect(absent).rejects.toMatchObject({ name: 'RecordNotFoundError' });
  });

  it('Given entries of two runs that interleave, When all are listed, Then they come in the order of time', async () => {
    const account = '555555555555';
    const entries = [
      { runId: 'z', seq: 1, writtenAt: '2026-11-02T10:00:00.000Z' },
      { runId: 'a', seq: 1, writtenAt: '2026-11-02T10:00:01.000Z' },
      { runId: 'z', seq: 2, writtenAt: '2026-11-02T10:00:02.000Z' },
      { runId: 'z', seq: 3, writtenAt: '2026-11-02T10:00:02.000Z' },
    ];
    for (const entry of entries)
      await state.store.putJournal(aJournalEntry({ accountId: account, ...entry }));

    const listed = await state.store.listJournal(account);

    expect(listed.map(({ runId, seq }) => `${runId}${seq}`)).toEqual(['z1', 'a1', 'z2', 'z3']);
  });
});
