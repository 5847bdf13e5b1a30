import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wall } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runStateMachine, type StateMachineRun } from '../../cli/engine/run-state-machine.ts';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import { createTwinClock } from '../../cli/twin-clock.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';

const DEFINITION = readFileSync(join(import.meta.dirname, '../../statemachine/rollout.asl.json'), 'utf8');

let state: StateFolder;
beforeEach(async () => {
  state = await openStateFolder(null);
});
afterEach(() => state.close());

const accounts = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => ({ accountId: String(first + i).padStart(12, '0') }));

interface Reconcile {
  runId: string;
  account: { accountId: string };
}

/** Handlers that keep what they were called with; next-batch answers `steps` one after the other. */
function recordingHandlers(steps: Record<string, unknown>[]) {
  const calls: { name: string; payload: unknown }[] = [];
  const record = (name: string, answer: (payload: never) => unknown) => async (payload: unknown) => {
    calls.push({ name, payload });
    return answer(payload as never);
  };
  let step = 0;
  const handlers: StateMachineRun['handlers'] = {
    startRun: record('startRun', () => ({ runId: 'run-1', dropped: undefined })),
    nextBatch: record('nextBatch', () => {
      step += 1;
      return { step, ...steps[step - 1] };
    }),
    reconcileAccount: record('reconcileAccount', () => ({})),
    finishRun: record('finishRun', () => ({ runId: 'run-1', status: 'SUCCEEDED' })),
  };
  const reconciled = () =>
    calls
      .filter(({ name }) => name === 'reconcileAccount')
      .map(({ payload }) => (payload as Reconcile).account.accountId);
  return { handlers, calls, reconciled };
}

async function reconcileStep(name: string, items: unknown[], concurrency = 10) {
  const key = `runs/run-1/manifests/${name}.json`;
  await state.artifacts.putText(key, JSON.stringify(items));
  return { action: 'reconcile', manifest: { bucket: 'local', key }, concurrency };
}

function run(overrides: Partial<StateMachineRun> & Pick<StateMachineRun, 'handlers'>) {
  return runStateMachine({
    definition: DEFINITION,
    artifacts: state.artifacts,
    client: state.client,
    tableName: state.tableName,
    clock: wallClock,
    input: { mode: 'assess', trigger: 'on-demand' },
    executionName: 'exec-1',
    ...overrides,
  });
}

/** A clock over a twin that keeps still unless it is advanced. */
function aStandingClock() {
  let time = Date.parse('2026-11-02T10:00:00Z');
  return createTwinClock({
    now: () => new Date(time),
    advance: (seconds) => {
      time += seconds * 1000;
    },
    idle: () => true,
  });
}

describe('the local engine runs the state machine file', () => {
  it('Given two waves and a settle pass half an hour later, When it runs on a clock that can jump, Then all is called in order with what the file says, on that clock', async () => {
    const clock = aStandingClock();
    const { handlers, calls, reconciled } = recordingHandlers([
      await reconcileStep('w1', accounts(1, 2)),
      await reconcileStep('w2', accounts(3, 5)),
      { action: 'wait', waitSeconds: 1800 },
      await reconcileStep('s1', accounts(5, 5)),
      { action: 'done' },
    ]);

    const output = await run({ handlers, clock });

    expect(output).toEqual({ runId: 'run-1', status: 'SUCCEEDED' });
    expect(calls[0]).toEqual({
      name: 'startRun',
      payload: {
        executionArn: 'local:exec-1',
        executionName: 'exec-1',
        startedAt: '2026-11-02T10:00:00.000Z',
        input: { mode: 'assess', trigger: 'on-demand' },
      },
    });
    expect(calls.filter(({ name }) => name === 'nextBatch').map(({ payload }) => payload)).toEqual(
      [0, 1, 2, 3, 4].map((step) => ({ runId: 'run-1', step })),
    );
    expect(calls[2]).toEqual({
      name: 'reconcileAccount',
      payload: { runId: 'run-1', step: 1, account: { accountId: '000000000001' } },
    });
    expect(reconciled().map(Number)).toEqual([1, 2, 3, 4, 5, 5]);
    expect(calls.at(-1)).toEqual({ name: 'finishRun', payload: { runId: 'run-1' } });
    expect(clock.now().toISOString()).toBe('2026-11-02T10:30:00.000Z');
  });

  it('Given accounts whose work sleeps two minutes, When five run at once on a clock that can jump, Then the run takes the time of the longest chain', async () => {
    const clock = aStandingClock();
    const { handlers } = recordingHandlers([
      await reconcileStep('w1', accounts(1, 20), 5),
      { action: 'done' },
    ]);

    await run({ handlers: { ...handlers, reconcileAccount: () => clock.sleep(120_000) }, clock });

    expect(clock.now().toISOString()).toBe('2026-11-02T10:08:00.000Z');
  });

  it('Given a concurrency of three, When twelve accounts are reconciled, Then three run at once and never more', async () => {
    let running = 0;
    let most = 0;
    const { handlers, reconciled } = recordingHandlers([
      await reconcileStep('w1', accounts(1, 12), 3),
      { action: 'done' },
    ]);
    const counted: typeof handlers.reconcileAccount = async (payload, context) => {
      running += 1;
      most = Math.max(most, running);
      await wall(5);
      running -= 1;
      return handlers.reconcileAccount(payload, context);
    };

    await run({ handlers: { ...handlers, reconcileAccount: counted } });

    expect(reconciled()).toHaveLength(12);
    expect(most).toBe(3);
  });

  it('Given an account whose function dies, When the run continues, Then its crash is in the table with cause and time, once, and the others are unharmed', async () => {
    const clock = aStandingClock();
    const { handlers, reconciled } = recordingHandlers([
      await reconcileStep('w1', accounts(1, 5)),
      { action: 'done' },
    ]);
    const dying: typeof handlers.reconcileAccount = async (payload, context) => {
      await handlers.reconcileAccount(payload, context);
      if ((payload as Reconcile).account.accountId.endsWith('3')) throw new RangeError('out of "luck"');
      return {};
    };

    const output = await run({ handlers: { ...handlers, reconcileAccount: dying }, clock });

    expect(output).toEqual({ runId: 'run-1', status: 'SUCCEEDED' });
    expect(reconciled()).toHaveLength(5);
    expect(await state.store.getCrash('000000000003', 'run-1')).toEqual({
      code: 'CRASHED',
      detail: 'RangeError: out of "luck"',
      at: '2026-11-02T10:00:00.000Z',
    });
    expect(await state.store.getCrash('000000000002', 'run-1')).toBeNull();
    expect(await state.store.getAccountState('000000000003')).toBeNull();
  });

  it('Given a function that outlasts its time limit, When the limit comes, Then its signal says so, and the crash says States.Timeout', async () => {
    const { handlers } = recordingHandlers([await reconcileStep('w1', accounts(1, 1)), { action: 'done' }]);
    let reason: unknown;
    const slow: typeof handlers.reconcileAccount = (_payload, { signal }) =>
      new Promise(() =>
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        }),
      );

    await run({
      definition: DEFINITION.replace('"TimeoutSeconds": 220', '"TimeoutSeconds": 1'),
      handlers: { ...handlers, reconcileAccount: slow },
    });
    await wall(50);

    expect(reason).toMatchObject({ name: 'States.Timeout' });
    expect((await state.store.getCrash('000000000001', 'run-1'))?.detail).toContain('States.Timeout');
  });

  it('Given 3,000 accounts, When they are reconciled, Then each is, exactly once', async () => {
    const { handlers, reconciled } = recordingHandlers([
      await reconcileStep('w1', accounts(1, 3000), 200),
      { action: 'done' },
    ]);

    await run({ handlers });

    expect(new Set(reconciled()).size).toBe(3000);
    expect(reconciled()).toHaveLength(3000);
  });
});

describe('a run that fails', () => {
  it('Given next-batch that throws, When the run ends, Then finish-run was given the error, and the run rejects with name and cause', async () => {
    const { handlers, calls } = recordingHandlers([]);
    const failing = run({
      handlers: {
        ...handlers,
        nextBatch: async () => {
          throw new TypeError('no such wave');
        },
      },
    });

    await expect(failing).rejects.toMatchObject({
      name: 'StateMachineFailedError',
      message: 'the run failed: TypeError: no such wave',
      error: 'TypeError',
    });
    expect(calls.at(-1)).toEqual({ name: 'finishRun', payload: { runId: 'run-1', error: 'TypeError' } });
  });

  it('Given start-run that throws, When the run ends, Then nothing else was called', async () => {
    const { handlers, calls } = recordingHandlers([]);
    const startRun = async () => {
      throw new Error('no configuration');
    };

    await expect(run({ handlers: { ...handlers, startRun } })).rejects.toThrow(
      'the run failed: Error: no configuration',
    );
    expect(calls).toEqual([]);
  });

  it.each([
    [
      'is not there',
      null,
      /States\.ItemReaderFailed: manifest runs\/run-1\/manifests\/none\.json in local does not exist/,
    ],
    ['is no array', '{}', /States\.ItemReaderFailed: .* is not a JSON array/],
    ['is no JSON', '[', /States\.ItemReaderFailed: .* is not JSON/],
  ])(
    'Given a manifest that %s, When the map reads it, Then the run is closed and fails with that',
    async (_what, text, message) => {
      const manifest = { bucket: 'local', key: 'runs/run-1/manifests/none.json' };
      if (text !== null) await state.artifacts.putText(manifest.key, text);
      const { handlers, calls } = recordingHandlers([{ action: 'reconcile', manifest, concurrency: 1 }]);

      await expect(run({ handlers })).rejects.toThrow(message);
      expect(calls.at(-1)).toEqual({
        name: 'finishRun',
        payload: { runId: 'run-1', error: 'States.ItemReaderFailed' },
      });
    },
  );

  it('Given an action that the file does not know, When next-batch answers it, Then the run is closed and fails', async () => {
    const { handlers, calls } = recordingHandlers([{ action: 'dance' }]);

    await expect(run({ handlers })).rejects.toMatchObject({ error: 'UnknownAction' });
    expect(calls.at(-1)).toEqual({ name: 'finishRun', payload: { runId: 'run-1', error: 'UnknownAction' } });
  });

  it('Given a result beyond 256 KiB, When a function returns it, Then the run ends at once with States.DataLimitExceeded, as in AWS', async () => {
    const { handlers, calls } = recordingHandlers([{ action: 'done', ballast: 'ä'.repeat(140_000) }]);

    await expect(run({ handlers })).rejects.toMatchObject({ error: 'States.DataLimitExceeded' });
    expect(calls.some(({ name }) => name === 'finishRun')).toBe(false);
  });

  it('Given no tolerance, When one child fails, Then no further child starts and the map fails', async () => {
    const definition = JSON.parse(DEFINITION);
    delete definition.States.ReconcileAccounts.ToleratedFailureCount;
    delete definition.States.ReconcileAccounts.ItemProcessor.States.ReconcileAccount.Catch;
    delete definition.States.ReconcileAccounts.ItemProcessor.States.RecordCrash;
    const { handlers, calls } = recordingHandlers([
      await reconcileStep('w1', accounts(1, 50), 1),
      { action: 'done' },
    ]);
    let started = 0;
    const reconcileAccount = async () => {
      started += 1;
      if (started === 3) throw new Error('third');
    };

    const failing = run({
      definition: JSON.stringify(definition),
      handlers: { ...handlers, reconcileAccount },
    });

    await expect(failing).rejects.toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
    expect(started).toBe(3);
    expect(calls.at(-1)?.name).toBe('finishRun');
  });
});

describe('a run that is aborted', () => {
  it('Given accounts at work, When the run is aborted, Then no further account starts, those at work are signalled and waited for, no crash is recorded, and the reason comes back', async () => {
    const { handlers } = recordingHandlers([
      await reconcileStep('w1', accounts(1, 100), 4),
      { action: 'done' },
    ]);
    const controller = new AbortController();
    let started = 0;
    let woundDown = 0;
    const reconcileAccount: typeof handlers.reconcileAccount = async (_payload, { signal }) => {
      started += 1;
      if (started === 4) setImmediate(() => controller.abort(new Error('Ctrl-C')));
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await wall(20);
      woundDown += 1;
      throw signal.reason;
    };

    const aborted = run({ handlers: { ...handlers, reconcileAccount }, signal: controller.signal });

    await expect(aborted).rejects.toThrow('Ctrl-C');
    expect({ started, woundDown }).toEqual({ started: 4, woundDown: 4 });
    expect(await state.store.getCrash('000000000001', 'run-1')).toBeNull();
  });

  it('Given a run that waits, When it is aborted, Then it ends at once', async () => {
    const { handlers, calls } = recordingHandlers([{ action: 'wait', waitSeconds: 3600 }]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 50);

    await expect(run({ handlers, signal: controller.signal })).rejects.toThrow('Ctrl-C');
    expect(calls.at(-1)?.name).toBe('nextBatch');
  });
});

describe('a definition that the engine would not honour', () => {
  const map = ['States', 'ReconcileAccounts'];
  const task = [...map, 'ItemProcessor', 'States', 'ReconcileAccount'];
  it.each([
    [
      'an item batcher',
      [...map, 'ItemBatcher'],
      { MaxItemsPerBatch: 10 },
      /state ReconcileAccounts: ItemBatcher is not honoured/,
    ],
    ['a result writer', [...map, 'ResultWriter'], {}, /state ReconcileAccounts: ResultWriter/],
    [
      'kept results',
      [...map, 'ResultPath'],
      '$.results',
      /state ReconcileAccounts: a ResultPath other than null/,
    ],
    ['an inline map', [...map, 'ItemProcessor', 'ProcessorConfig', 'Mode'], 'INLINE', /a Map of Mode INLINE/],
    ['a CSV reader', [...map, 'ItemReader', 'ReaderConfig', 'InputType'], 'CSV', /ItemReader other than/],
    ['a heartbeat in a child', [...task, 'HeartbeatSeconds'], 5, /state ReconcileAccount: HeartbeatSeconds/],
    ['a variable', ['States', 'NextBatch', 'Assign'], { a: 1 }, /state NextBatch: Assign/],
    ['JSONata', ['QueryLanguage'], 'JSONata', /QueryLanguage/],
    ['a time limit of the whole', ['TimeoutSeconds'], 5, /the definition: TimeoutSeconds/],
    [
      'another service',
      ['States', 'FinishRun', 'Resource'],
      'arn:aws:states:::sns:publish',
      /Resource arn:aws:states:::sns:publish/,
    ],
    [
      'an asynchronous invocation',
      ['States', 'FinishRun', 'Parameters', 'InvocationType'],
      'Event',
      /InvocationType/,
    ],
    ['a timestamp to wait for', ['States', 'Settle', 'TimestampPath'], '$.at', /state Settle: TimestampPath/],
    [
      'an unknown retry field',
      ['States', 'NextBatch', 'Retry', '0', 'Jitter'],
      1,
      /state NextBatch, Retry: Jitter/,
    ],
    ['an unknown comparison', ['States', 'WhatNext', 'Choices', '0', 'StringLike'], 'x', /StringLike/],
    ['parallel branches', ['States', 'Settle', 'Type'], 'Parallel', /Type Parallel/],
    [
      'the execution of a child',
      [...task, 'Parameters', 'Payload', 'id.$'],
      '$$.Execution.Id',
      /\$\$\.Execution\.Id/,
    ],
    [
      'an unknown part of the context',
      ['States', 'StartRun', 'Parameters', 'Payload', 'x.$'],
      '$$.StateMachine.Name',
      /\$\$\.StateMachine\.Name/,
    ],
    [
      'a function whose result the library spoils',
      ['States', 'StartRun', 'Parameters', 'Payload', 'x.$'],
      'States.Base64Decode($.x)',
      /state StartRun: the function States\.Base64Decode/,
    ],
    ['an unknown placeholder', ['Comment'], ['$', '{region}'].join(''), /placeholder \$\{region\}/],
  ])(
    'Given %s, When it is run, Then it is refused by state and field, and nothing was called',
    async (_what, path, value, message) => {
      const definition = JSON.parse(DEFINITION);
      const last = path.at(-1) ?? '';
      let at = definition;
      for (const name of path.slice(0, -1)) {
        if (typeof at[name] !== 'object') at[name] = {};
        at = at[name];
      }
      if (last === 'id.$')
        delete definition.States.ReconcileAccounts.ItemProcessor.States.ReconcileAccount.Parameters[
          'Payload.$'
        ];
      at[last] = value;
      const { handlers, calls } = recordingHandlers([{ action: 'done' }]);

      const refused = run({ definition: JSON.stringify(definition), handlers });

      await expect(refused).rejects.toMatchObject({ name: 'RefusedDefinitionError' });
      await expect(refused).rejects.toThrow(message);
      expect(calls).toEqual([]);
    },
  );
});
