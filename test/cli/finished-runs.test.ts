import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { type DeployedService, serveAsDeployed } from './deployed-service.ts';
import { runHere } from './in-process.ts';
import { FIRST, makeFolder } from './run-command.ts';

const folder = await makeFolder();
const BUCKET = ['--bucket', 'artifacts', '--region', 'eu-west-1'];
const TABLE = ['--table', 'dhmc-rollout', '--region', 'eu-west-1'];

let full: RunResult;
let part: RunResult;
let state: StateFolder;
let service: DeployedService;

const dhmc = (words: string[], env: Record<string, string> = {}) => runHere(words, { cwd: folder, env });
const deployed = (words: string[]) => dhmc(words, service.env);

beforeAll(async () => {
  const rehearse = ['rehearse', '--from', FIRST, '--state', 'state', '--output', 'json'];
  full = JSON.parse((await dhmc(rehearse)).stdout);
  part = JSON.parse((await dhmc([...rehearse, '--accounts', '100000000012'])).stdout);
  state = await openStateFolder(`${folder}/state`);
  service = await serveAsDeployed(state);
});
afterAll(async () => {
  await service.close();
  await state.close();
});

/** The same question to a state folder and to the deployed service. */
const PLACES: [string, (words: string[]) => ReturnType<typeof dhmc>][] = [
  ['a state folder', (words) => dhmc([...words, '--state', 'state'])],
  ['a bucket', (words) => deployed([...words, ...BUCKET])],
  ['a bucket and a table', (words) => deployed([...words, ...BUCKET, '--table', 'dhmc-rollout'])],
];

describe.each(PLACES)('Given two runs in %s', (_, ask) => {
  it('When runs are listed, Then each has its scope and coverage, the newest first', async () => {
    const { code, stdout, stderr } = await ask(['runs', '--output', 'json']);
    const { runs } = JSON.parse(stdout) as { runs: Pick<RunResult, 'runId' | 'scope' | 'coverage'>[] };
    expect([code, stderr]).toEqual([0, '']);
    expect(new Map(runs.map(({ runId, scope, coverage }) => [runId, [scope?.full, coverage]]))).toEqual(
      new Map([
        [part.runId, [false, part.coverage]],
        [full.runId, [true, full.coverage]],
      ]),
    );
    expect((await ask(['runs'])).stdout).toMatch(/run-\S+ +assess .*1 of 12 accounts/);
  });

  it('When accounts are asked for by status and reason, Then those of the newest full run that fit', async () => {
    const words = ['--status', 'non-compliant', '--reason', 'no_path_to_ssm', '--output', 'json'];
    const { code, stdout } = await ask(['accounts', ...words]);
    const expected = full.accounts
      .filter(({ accountId, status }) => {
        const codes = full.targets
          .filter((target) => target.accountId === accountId)
          .flatMap((t) => t.reasons);
        return status === 'NON_COMPLIANT' && codes.includes('NO_PATH_TO_SSM');
      })
      .map(({ accountId }) => accountId);
    const found: { runId: string; accounts: { accountId: string }[] } = JSON.parse(stdout);
    expect(expected.length).toBeGreaterThan(0);
    expect([code, found.runId, found.accounts.map(({ accountId }) => accountId)]).toEqual([
      0,
      full.runId,
      expected,
    ]);
  });

  it('When a report is asked for, Then it is that of the newest full run, or of the run that is named', async () => {
    const report = async (...words: string[]) => (await ask(['report', '--format', 'json', ...words])).stdout;
    expect(JSON.parse(await report())).toEqual(full);
    expect(JSON.parse(await report('--run', part.runId))).toEqual(part);
  });

  it('When a run does not exist, Then one line says so', async () => {
    const { code, stderr } = await ask(['accounts', '--run', 'run-1']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^dhmc: --run run-1: no finished run of that id in \S+\n$/),
    ]);
  });
});

describe('Given accounts as a table and as CSV', () => {
  it('When none fits, Then it says so; CSV keeps its header', async () => {
    const words = ['accounts', '--owner', 'no such person', '--state', 'state'];
    expect((await dhmc(words)).stdout).toBe(`no account fits; 0 of 12 accounts, ${full.runId}\n`);
    expect((await dhmc([...words, '--output', 'csv'])).stdout).toMatch(
      /^accountId,name,status,unit,owner,.*\r\n$/,
    );
  });

  it('When a code or status is mistyped, Then the nearest is named', async () => {
    const { code, stderr } = await dhmc(['accounts', '--reason', 'NO_PATH_TO_SMS', '--state', 'state']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean "NO_PATH_TO_SSM"?')]);
  });
});

describe('Given the kill switch and a hold of the deployed service', () => {
  it('When they are thrown and cleared by its table, Then the next command sees it', async () => {
    expect((await deployed(['kill', 'on', '--why', 'incident', ...TABLE])).stdout).toContain(
      '\n  dhmc kill off --table dhmc-rollout --region eu-west-1\n',
    );
    expect((await deployed(['kill', 'status', ...TABLE])).stdout).toMatch(
      /^kill switch: on since .*: incident\n/,
    );
    expect((await deployed(['kill', 'off', ...TABLE])).stdout).toBe('kill switch: off\n');
    await state.store.createEnforceHold({ runId: full.runId, who: 'gate', why: 'w', since: full.startedAt });
    expect((await deployed(['resume', '--why', 'fixed', ...TABLE])).code).toBe(0);
    expect(await state.store.getEnforceHold()).toBeNull();
  });

  it('When a table names no execution, Then a report asks for the bucket', async () => {
    const { code, stderr } = await deployed(['runs', ...TABLE]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^dhmc: --table alone: .* give --bucket/)]);
  });
});
