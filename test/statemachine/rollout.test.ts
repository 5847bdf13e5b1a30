import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  End?: boolean;
  TimeoutSeconds?: number;
  Retry?: Retrier[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  Choices?: { Next: string }[];
  ItemProcessor?: Machine;
  ToleratedFailureCount?: number;
  ErrorPath?: string;
}
interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds: number;
  MaxAttempts: number;
  BackoffRate: number;
  MaxDelaySeconds: number;
  JitterStrategy?: string;
}
interface Machine {
  StartAt: string;
  States: Record<string, State>;
}

const text = readFileSync(join(import.meta.dirname, '../../statemachine/rollout.asl.json'), 'utf8');
const machine: Machine = JSON.parse(text);
const children = machine.States.ReconcileAccounts?.ItemProcessor ?? { StartAt: '', States: {} };

const tasks = [machine, children].flatMap(({ States }) =>
  Object.entries(States).filter(([, state]) => state.Type === 'Task'),
);

function nextOf(state: State): string[] {
  const all = [state.Next, state.Default, ...(state.Choices ?? []).map((choice) => choice.Next)];
  return [...all, ...(state.Catch ?? []).map((catcher) => catcher.Next)].filter((name) => name !== undefined);
}

/** Names of all states that can come after this one, itself included. */
function reachableFrom({ States }: Machine, start: string): Set<string> {
  const reached = new Set<string>();
  const open = [start];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const state = States[name];
    if (!state) throw new Error(`${name} does not exist`);
    open.push(...nextOf(state));
  }
  return reached;
}

/** Longest that a state can take: each attempt to its timeout where a timeout is retried, and the waits between. */
function longestSeconds(state: State): number {
  const timeout = state.TimeoutSeconds ?? 0;
  const retries = (state.Retry ?? []).map((retrier) => {
    let waits = 0;
    for (let attempt = 0; attempt < retrier.MaxAttempts; attempt += 1) {
      waits += Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** attempt, retrier.MaxDelaySeconds);
    }
    const timeoutsToo = retrier.ErrorEquals.some(
      (name) => name === 'States.Timeout' || name === 'States.ALL',
    );
    return waits + (timeoutsToo ? retrier.MaxAttempts * timeout : 0);
  });
  return timeout + retries.reduce((sum, seconds) => sum + seconds, 0);
}

describe('the state machine file', () => {
  it('Given its placeholders, When they are collected, Then they are the known ones and each is inside a string', () => {
    const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);

    expect([...new Set(names)].sort()).toEqual([
      'childExecutionType',
      'finishRunFunction',
      'nextBatchFunction',
      'partition',
      'reconcileAccountFunction',
      'startRunFunction',
      'tableName',
    ]);
    expect(text).not.toMatch(/arn:aws/);
  });

  it.each(['aws', 'aws-us-gov', 'aws-cn'])(
    'Given the partition %s, When the placeholders are filled, Then the validator of ASL accepts it',
    (partition) => {
      const filled = text
        .replaceAll(`\${partition}`, partition)
        .replaceAll(`\${childExecutionType}`, 'EXPRESS')
        .replace(/\$\{(\w+)Function\}/g, `arn:${partition}:lambda:us-east-1:123456789012:function:$1`)
        .replaceAll(`\${tableName}`, 'table');
      const validate = createRequire(import.meta.url)('asl-validator');

      const { isValid, errorsText } = validate(JSON.parse(filled), { checkPaths: true, checkArn: true });

      expect(isValid ? '' : errorsText('\n')).toBe('');
    },
  );

  it('Given the validator, When a state is broken, Then it would say so', () => {
    const broken = JSON.parse(text.replaceAll('"Next": "NextBatch"', '"Next": "Nowhere"'));
    expect(createRequire(import.meta.url)('asl-validator')(broken).isValid).toBe(false);
  });

  it.each(tasks)(
    'Given the Task %s, When it fails, Then it has a time limit, retries named errors with jitter, and a catch',
    (_name, state) => {
      expect(state.TimeoutSeconds).toBeGreaterThan(0);
      expect(state.Retry?.length).toBeGreaterThan(0);
      for (const retrier of state.Retry ?? []) {
        expect(retrier.JitterStrategy).toBe('FULL');
        expect(retrier.MaxDelaySeconds).toBeGreaterThan(0);
        expect(retrier.ErrorEquals).not.toContain('States.ALL');
        expect(retrier.ErrorEquals).not.toContain('States.TaskFailed');
      }
      expect(state.Catch?.at(-1)?.ErrorEquals).toEqual(['States.ALL']);
    },
  );

  it('Given the seven Tasks, When they are counted, Then none has been overlooked', () => {
    expect(tasks.map(([name]) => name).sort()).toEqual([
      'CloseFailedRun',
      'FinishRun',
      'NextBatch',
      'ReconcileAccount',
      'RecordCrash',
      'RecordRefusal',
      'StartRun',
    ]);
  });

  it('Given a fatal error of the run, When it is caught, Then nothing but Fail can be the end', () => {
    const fatal = Object.values(machine.States).flatMap((state) => state.Catch ?? []);
    expect(fatal.length).toBeGreaterThan(0);
    for (const { Next } of fatal) {
      const after = [...reachableFrom(machine, Next)].map((name) => machine.States[name]);
      expect(after.some((state) => state?.Type === 'Fail')).toBe(true);
      expect(after.some((state) => state?.End || state?.Type === 'Succeed')).toBe(false);
    }
  });

  it('Given both machines, When they are walked from their start, Then every state is reached', () => {
    for (const each of [machine, children]) {
      expect([...reachableFrom(each, each.StartAt)].sort()).toEqual(Object.keys(each.States).sort());
    }
  });

  it('Given a start of a run, When AWS throttles it or its time is too short for all tags, Then it is invoked again', () => {
    const errors = machine.States.StartRun?.Retry?.flatMap((retrier) => retrier.ErrorEquals);
    // The names that Organizations, Account Management, EC2 and DynamoDB give to it, and start-run's own.
    expect(errors).toEqual(
      expect.arrayContaining([
        'TooManyRequestsException',
        'ThrottlingException',
        'RequestLimitExceeded',
        'ProvisionedThroughputExceededException',
        'TagsUnfinishedError',
      ]),
    );
  });

  it('Given a mutating function, When it fails, Then it is never invoked again but where Lambda refused to start it', () => {
    const errors = children.States.ReconcileAccount?.Retry?.flatMap((retrier) => retrier.ErrorEquals);
    expect(errors).toEqual(['Lambda.TooManyRequestsException']);
  });

  it('Given an Express child, When everything takes its longest, Then it ends before the 300 s that Express allows', () => {
    // A child records a crash or a refusal, never both.
    const { RecordRefusal, ...path } = children.States;
    const longest = Object.values(path).reduce((sum, state) => sum + longestSeconds(state), 0);
    expect(RecordRefusal).toMatchObject({ TimeoutSeconds: path.RecordCrash?.TimeoutSeconds });
    expect(longest).toBeLessThan(300);
  });

  it('Given a child that fails all the same, When the others run, Then the map does not fail with it', () => {
    expect(machine.States.ReconcileAccounts?.ToleratedFailureCount).toBeGreaterThanOrEqual(50_000);
  });
});
