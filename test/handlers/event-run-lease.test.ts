import { afterEach, describe, expect, it } from '@jest/globals';
import type { StateFolder } from '../../cli/state-folder.ts';
import { createNextBatch } from '../../functions/handlers/next-batch.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { createLog } from '../../functions/platform/log.ts';
import { artifactKeys, type RunRecord } from '../../functions/store/contract.ts';
import { aRun, openEmbedded } from '../store/embedded.ts';

let state: StateFolder;
afterEach(() => state?.close());

const DUE = '2026-11-20T10:00:00.000Z';
const after = (minutes: number) => new Date(Date.parse(DUE) + minutes * 60_000);

/** A run of account events whose settle pass is due, while another run changes the organization. */
async function open(trigger: RunRecord['input']['trigger']) {
  state = await openEmbedded();
  const manifest = artifactKeys.manifest('run-1', 0);
  await state.artifacts.putText(manifest, '[]');
  await state.artifacts.putText(artifactKeys.configuration('run-1'), JSON.stringify(defaultConfiguration()));
  const ended = { startedAt: DUE, endedAt: DUE };
  await state.store.createRun(
    aRun({
      input: { mode: 'enforce', trigger },
      startedAt: '2026-11-20T09:00:00.000Z',
      waitUntil: DUE,
      batches: [{ name: 'wave:all', manifest, accounts: 0, ...ended }],
    }),
  );
  await state.store.takeEnforceLease({
    runId: 'run-other',
    executionArn: null,
    until: '2026-11-21T00:00:00.000Z',
  });
  return (minutes: number) => {
    const clock = {
      now: () => after(minutes),
      sleep: async () => {},
      activity: <T>(work: () => Promise<T>) => work(),
      together: <T>(_limit: number, work: (() => Promise<T>)[]) => Promise.all(work.map((each) => each())),
    };
    const log = createLog({ level: 'SILENT', stream: 'stderr' });
    return createNextBatch({ store: state.store, artifacts: state.artifacts, clock, log, reports: null })({
      runId: 'run-1',
      step: 3,
    });
  };
}

describe('Given a run whose settle pass is due while another run changes the organization', () => {
  it('When account events started it, Then it waits for the other run, an hour at most', async () => {
    const next = await open('account-event');
    expect(await next(1)).toEqual({ action: 'wait', waitSeconds: 30, step: 4 });
    expect((await state.store.getRun('run-1'))?.hold).toBeUndefined();
    expect((await next(61)).action).not.toBe('wait');
    expect((await state.store.getRun('run-1'))?.hold).toMatchObject({ code: 'RUN_IN_PROGRESS' });
  });

  it('When a schedule started it, Then it changes nothing any more', async () => {
    const next = await open('schedule');
    await next(1);
    expect((await state.store.getRun('run-1'))?.hold).toMatchObject({ code: 'RUN_IN_PROGRESS' });
  });

  it('When the other run has ended, Then it takes the lease and continues', async () => {
    const next = await open('account-event');
    await state.store.releaseEnforceLease('run-other');
    await next(1);
    expect((await state.store.getRun('run-1'))?.hold).toBeUndefined();
  });
});
