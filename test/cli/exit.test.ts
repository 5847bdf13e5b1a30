import { describe, expect, it } from '@jest/globals';
import { describeEnding, detailedExitCode, UsageError } from '../../cli/exit.ts';
import type {
  AccountResult,
  RunHead,
  RunSummary,
  TargetResult,
  TargetStatus,
} from '../../functions/core/model/result.ts';
import { coverageOf } from '../../functions/core/status.ts';
import { ConfigurationError } from '../../functions/inputs/configuration-check.ts';
import type { ReportedRun } from '../../functions/report/source.ts';

function throughStateMachine(name: string, causeText: string): Error {
  return Object.assign(new Error('the run failed'), {
    name: 'StateMachineFailedError',
    error: name,
    causeText,
  });
}

describe('Given an error', () => {
  const lambdaCause = JSON.stringify({ errorType: 'ScopeError', errorMessage: 'regions: x does not exist' });
  it.each([
    ['a usage error', new UsageError('no such\n  file'), 2, 'no such file'],
    [
      'a handler’s, through the state machine',
      throughStateMachine('ScopeError', lambdaCause),
      2,
      'regions: x does not exist',
    ],
    [
      'the state machine’s own',
      throughStateMachine('States.Timeout', 'timed out'),
      1,
      'States.Timeout: timed out',
    ],
    [
      'AWS’s',
      Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: {} }),
      1,
      'AWS answered AccessDeniedException: no',
    ],
    ['anything else', new TypeError('x is undefined'), 1, 'x is undefined'],
  ])('When it is %s, Then it has its exit code and one line', (_, error, exitCode, line) => {
    expect(describeEnding(error)).toEqual({ exitCode, lines: [line] });
  });
});

describe('Given an input with several problems', () => {
  it('When it ends the command, Then each problem has a line', () => {
    const error = new ConfigurationError('c.yaml', ['a: unknown key', 'b: is missing']);
    expect(describeEnding(error)).toEqual({
      exitCode: 2,
      lines: ['c.yaml: a: unknown key', 'c.yaml: b: is missing'],
    });
    const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
    expect(describeEnding(throughStateMachine(error.name, cause)).lines).toHaveLength(2);
  });
});

describe('Given a result', () => {
  const run = (status: TargetStatus, outcome?: string): ReportedRun => {
    const targets = [{ status, changes: outcome ? [{ outcome }] : [] }] as unknown as TargetResult[];
    const account = { changes: [], targets } as unknown as AccountResult;
    const head = { coverage: coverageOf(targets, 1) } as RunHead;
    return {
      summary: { head } as RunSummary,
      accounts: async function* () {
        yield account;
      },
    };
  };
  it.each([
    ['COMPLIANT', undefined, 0],
    ['SKIPPED', undefined, 0],
    ['COMPLIANT', 'APPLIED', 0],
    ['COMPLIANT', 'PLANNED', 3],
    ['CONVERGING', undefined, 3],
    ['NON_COMPLIANT', undefined, 3],
    ['ERROR', undefined, 3],
  ] as const)(
    'When a target is %s with a change %s, Then the detailed exit code is %s',
    async (status, outcome, code) => {
      expect(await detailedExitCode(run(status, outcome))).toBe(code);
    },
  );
});
