import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import { type Ended, FIRST, makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();
const ENFORCE = ['--mode', 'enforce', '--output', 'json'];

/** Everything that could lead an SDK elsewhere, or make it fail. */
const HOSTILE = {
  AWS_PROFILE: 'production',
  AWS_CONFIG_FILE: join(folder, 'aws-config'),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, 'aws-config'),
  AWS_ACCESS_KEY_ID: 'AKIAREALREALREALREAL',
  AWS_SECRET_ACCESS_KEY: 'real',
  AWS_SESSION_TOKEN: 'real',
  AWS_REGION: 'eu-central-1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_SSM: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:1',
  AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
  AWS_USE_FIPS_ENDPOINT: 'true',
  AWS_USE_DUALSTACK_ENDPOINT: 'true',
  AWS_MAX_ATTEMPTS: '0',
};

const changesOf = (run: RunResult) => [...run.accounts, ...run.targets].flatMap(({ changes }) => changes);
const verdicts = (run: RunResult) =>
  run.targets.map(({ accountId, region, status, reasons }) => [accountId, region, status, reasons]);

describe('Given a snapshot of an organization', () => {
  let first: Ended;
  let run: RunResult;

  beforeAll(async () => {
    await writeFile(
      join(folder, 'aws-config'),
      '[profile production]\nendpoint_url = http://127.0.0.1:1\nregion = eu-central-1\n',
    );
    first = await runCommand(
      ['rehearse', '--from', FIRST, ...ENFORCE, '--out', 'after', '--state', 'state', '--detailed-exitcode'],
      { cwd: folder },
    );
    run = JSON.parse(first.stdout);
  }, 60_000);

  it('When enforce is rehearsed as json, Then standard output is the result alone and progress goes elsewhere', () => {
    expect(Object.keys(run).sort()).toEqual([
      'accounts',
      'coverage',
      'endedAt',
      'instances',
      'mode',
      'monthlyCostUsd',
      'reason',
      'runId',
      'schemaVersion',
      'scope',
      'startedAt',
      'status',
      'targets',
      'waivers',
    ]);
    expect(run.coverage).toMatchObject({ accounts: 12, targets: 36 });
    expect(changesOf(run).some(({ outcome }) => outcome === 'APPLIED')).toBe(true);
    expect(first.stderr).toContain('12 of 12 accounts');
  });

  it('When something is left and the detailed exit code is asked for, Then it is 3', () => {
    expect(first.code).toBe(3);
  });

  it('When it is rehearsed again from what came out, Then 0 changes are applied', async () => {
    const again = await runCommand(['rehearse', '--from', 'after', ...ENFORCE], { cwd: folder });
    expect(again.code).toBe(0);
    expect(changesOf(JSON.parse(again.stdout)).filter(({ outcome }) => outcome === 'APPLIED')).toEqual([]);
    expect(again.stderr).toMatch(/calls to the twin, 0 of them mutating/);
  });

  it('When a policy type is enabled that the twin does not evaluate, Then the result and standard error name it', async () => {
    const file = join(folder, 'after/organization.json');
    const organization = JSON.parse(await readFile(file, 'utf8'));
    organization.Roots[0].PolicyTypes.push({ Type: 'DECLARATIVE_POLICY_EC2', Status: 'ENABLED' });
    await writeFile(file, JSON.stringify(organization));
    const only = ['--accounts', '100000000011', '--output', 'json'];
    const { stdout, stderr } = await runCommand(['rehearse', '--from', 'after', ...only], { cwd: folder });
    expect(JSON.parse(stdout).policyTypesNotEvaluated).toEqual(['DECLARATIVE_POLICY_EC2']);
    expect(stderr).toMatch(/^dhmc: the organization uses DECLARATIVE_POLICY_EC2, which the twin does not/);
  });

  it('When the environment points elsewhere, Then the rehearsal is the same', async () => {
    const hostile = await runCommand(['rehearse', '--from', FIRST, ...ENFORCE], {
      cwd: folder,
      env: HOSTILE,
    });
    expect(hostile.code).toBe(0);
    expect(verdicts(JSON.parse(hostile.stdout))).toEqual(verdicts(run));
  });

  it('When it is shown as a table, Then it fits 80 columns, and has no colours off a terminal', async () => {
    const { code, stdout } = await runCommand(['rehearse', '--from', FIRST], {
      cwd: folder,
      env: { NO_COLOR: '1' },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('Coverage after assess');
    expect(stdout).toContain('ROLE_NOT_ASSUMABLE');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    expect(stdout).not.toMatch(/\u001b/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('When its state folder is reported, Then the result is the same, and csv has a row for each target', async () => {
    const [json, csv] = await Promise.all([
      runCommand(['report', '--format', 'json', '--state', 'state', '--out', '-'], { cwd: folder }),
      runCommand(['report', '--format', 'csv', '--state', 'state', '--out', 'targets.csv'], { cwd: folder }),
    ]);
    expect([json.code, csv.code, csv.stdout]).toEqual([0, 0, '']);
    expect(JSON.parse(json.stdout)).toEqual(run);
    const rows = (await readFile(join(folder, 'targets.csv'), 'utf8')).trimEnd().split('\r\n');
    expect(rows).toHaveLength(1 + run.targets.length);
  });

  it('When another organization comes to the state folder, Then it is refused and the folder stays as it was', async () => {
    await cp(FIRST, join(folder, 'other'), { recursive: true });
    const file = join(folder, 'other/organization.json');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('o-exampleorg1', 'o-exampleorg2'));
    const before = await readdir(join(folder, 'state/artifacts'), { recursive: true });
    const { code, stdout, stderr } = await runCommand(['rehearse', '--from', 'other', '--state', 'state'], {
      cwd: folder,
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /dhmc: state folder \S+ belongs to organization o-exampleorg1, not to o-exampleorg2; give another one/,
    );
    expect(await readdir(join(folder, 'state/artifacts'), { recursive: true })).toEqual(before);
  });

  it('When a configuration lies in the working folder, Then it is used and named', async () => {
    const own = join(folder, 'own');
    await mkdir(own);
    await writeFile(join(own, 'dhmc.config.yaml'), 'exclude:\n  accounts: ["100000000002"]\n');
    const { stdout, stderr } = await runCommand(['rehearse', '--from', FIRST, '--output', 'json'], {
      cwd: own,
    });
    const excluded = (JSON.parse(stdout) as RunResult).targets.filter(
      ({ accountId }) => accountId === '100000000002',
    );
    expect(excluded.map(({ reasons }) => reasons)).toEqual([['EXCLUDED'], ['EXCLUDED'], ['EXCLUDED']]);
    expect(stderr).toContain('dhmc.config.yaml');
  });
});
