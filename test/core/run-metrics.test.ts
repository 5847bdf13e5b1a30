import { describe, expect, it } from '@jest/globals';
import type { Coverage } from '../../functions/core/model/result.ts';
import { METRICS, type MeasuredRun, metricsOf } from '../../functions/core/run-metrics.ts';

const COVERAGE: Coverage = {
  ...{ accounts: 3, targets: 12, compliant: 5, nonCompliant: 2, converging: 1, skipped: 2, error: 2 },
};
const figures = (given: Partial<MeasuredRun> = {}, before: Coverage | null = null) =>
  Object.fromEntries(
    metricsOf(
      {
        input: { mode: 'enforce', trigger: 'schedule' },
        status: 'SUCCEEDED',
        startedAt: '2026-11-20T00:00:00.000Z',
        endedAt: '2026-11-20T00:05:00.500Z',
        coverage: COVERAGE,
        ...given,
      },
      { applied: 7, failed: 8, deferred: 9 },
      4,
      before,
    ),
  );
const EACH = {
  ...{ RunsFailed: 0, RunsStopped: 0, ChangesApplied: 7, ChangesFailed: 8, Deferred: 9 },
};
const FULL = {
  ...{ FullRunsEnded: 1, RunSeconds: 300.5, Accounts: 3, Targets: 12, Compliant: 5, NonCompliant: 2 },
  ...{ Converging: 1, Skipped: 2, Errors: 2, AccountsDeparted: 4, CompliantPercent: 50, ErrorPercent: 20 },
};
const ASSESS = { mode: 'assess', trigger: 'schedule' } as const;

describe('Given a run that has ended', () => {
  it.each([
    ['a full enforce', {}, null, { ...EACH, EnforceHeld: 0, KillSwitchOn: 0, ...FULL }],
    ['a full assess', { input: ASSESS }, null, { ...EACH, ...FULL }],
    ['a rollback', { input: { ...ASSESS, mode: 'rollback' } }, null, { ...EACH, KillSwitchOn: 0 }],
    ['a full assess that failed', { input: ASSESS, status: 'FAILED' }, null, { ...EACH, RunsFailed: 1 }],
    [
      'a full assess that was stopped',
      { input: ASSESS, status: 'STOPPED' },
      null,
      { ...EACH, RunsStopped: 1 },
    ],
    [
      'a full assess after a better one',
      { input: ASSESS },
      { ...COVERAGE, compliant: 8 },
      { ...EACH, ...FULL, CompliantPercentChange: -30 },
    ],
    [
      'a full assess after one that judged nothing',
      { input: ASSESS },
      { ...COVERAGE, skipped: 12 },
      { ...EACH, ...FULL },
    ],
  ] as const)('When it is %s, Then its figures are these and no others', (_what, given, before, expected) => {
    expect(figures(given, before)).toEqual(expected);
  });

  it.each([
    ['nothing', {}, 0, 0],
    ['the kill switch', { hold: { code: 'KILL_SWITCH' } }, 0, 1],
    ['the hold of an earlier stop', { hold: { code: 'ENFORCE_HELD' } }, 1, 0],
    ['a freeze', { hold: { code: 'ENFORCE_FROZEN' } }, 0, 0],
    ['a gate', { stop: { cause: 'FAILURES' }, status: 'STOPPED' }, 1, 0],
    ['a person', { stop: { cause: 'REQUESTED' }, status: 'STOPPED' }, 0, 0],
  ] as const)('When %s kept it from changing more, Then that is counted', (_what, given, held, killed) => {
    expect(figures(given)).toMatchObject({ EnforceHeld: held, KillSwitchOn: killed });
  });

  it('When it says a figure, Then the figure has a unit', () => {
    for (const name of Object.keys(figures({}, COVERAGE))) expect(METRICS).toHaveProperty(name);
  });
});
