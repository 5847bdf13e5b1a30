import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CheckFinding } from '../../functions/core/readiness/finding.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { runHere } from './in-process.ts';
import { FIRST, makeFolder } from './run-command.ts';

const folder = await makeFolder();

async function findingsOf(...flags: string[]) {
  const { code, stdout } = await runHere(['doctor', '--from', FIRST, '--all', '--output', 'json', ...flags], {
    cwd: folder,
  });
  return { code, findings: JSON.parse(stdout).findings as CheckFinding[] };
}

describe('Given the twin of a snapshot in which one account has no member roles', () => {
  it('When it is examined, Then that account is named with the fix, and the rest is well', async () => {
    const { code, findings } = await findingsOf('--detailed-exitcode');
    expect(code).toBe(1);
    const statuses = findings.map(({ check, status }) => `${check}: ${status}`);
    expect(statuses).toEqual([
      'credentials: ok',
      'organization: ok',
      'delegated administrator: ok',
      'access: ok',
      'organization reads: ok',
      'StackSets: skipped',
      'trail: skipped',
      'Regions: ok',
      'home Region: ok',
      'Lambda concurrency: skipped',
      'configuration: ok',
      'reader role: failed',
      'writer role: failed',
    ]);
    for (const { found, fix } of findings.slice(-2)) {
      expect(found).toContain('100000000019');
      expect(fix).toContain('dhmc template member-role');
    }
  }, 30_000);

  it('When the configuration names accounts that are not there and waivers that ended, Then it says so', async () => {
    const file = join(folder, 'c.yaml');
    await writeFile(
      file,
      'exclude: {accounts: ["999999999999", "100000000019"]}\nwaivers: [{code: DNS_CUSTOM, owner: o, why: w, until: "2020-01-01"}]\n',
    );
    const { code, findings } = await findingsOf('--config', file, '--detailed-exitcode');
    expect(code).toBe(1);
    const configuration = findings.filter(({ check }) => check === 'configuration');
    expect(configuration.map(({ status, found }) => [status, found])).toEqual([
      ['warning', '1 waiver ended before today: DNS_CUSTOM.'],
      ['failed', 'exclude.accounts: 999999999999 is not in the organization.'],
    ]);
  }, 30_000);

  it('When credentials are missing, Then that is the finding, and nothing else is asked', async () => {
    const { code, stdout } = await runHere(['doctor'], { cwd: folder, env: { AWS_REGION: 'us-east-1' } });
    expect(code).toBe(1);
    expect(stdout).toMatch(/wrong {2}credentials .*\n(.*\n)*.*Fix: Give --profile/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }, 30_000);
});

describe('Given a machine with a profile only: no Region, no roles, no delegated administrator', () => {
  let twin: Twin;
  const home = join(folder, 'home');
  beforeAll(async () => {
    const snapshot = structuredClone(await readSnapshot(FIRST));
    snapshot.organization.DelegatedAdministrators = [];
    for (const account of snapshot.accounts.values()) account.Iam.Roles = [];
    twin = await startTwin({ snapshot });
    const { accessKeyId, secretAccessKey, sessionToken } = twin.operator;
    await mkdir(join(home, '.aws'), { recursive: true });
    await writeFile(join(home, '.aws/config'), '[profile rollout]\noutput = json\n');
    await writeFile(
      join(home, '.aws/credentials'),
      `[rollout]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`,
    );
  });
  afterAll(() => twin.close());

  const meet = (words: string[], env: Record<string, string> = {}) =>
    runHere(['doctor', ...words], { cwd: home, env: { AWS_ENDPOINT_URL: twin.url, ...env } });

  it('When doctor is the first command, Then each prerequisite is a check with its fix, and it exits with 1', async () => {
    const { code, stdout, stderr } = await meet(['--profile', 'rollout', '--output', 'json']);
    const findings: CheckFinding[] = JSON.parse(stdout).findings;
    expect(stderr).toBe('');
    expect(findings.map(({ check, status }) => `${check}: ${status}`)).toEqual([
      'Region: failed',
      'credentials: ok',
      'organization: ok',
      'delegated administrator: failed',
      'StackSets: skipped',
      'trail: skipped',
      'Regions: ok',
      'home Region: ok',
      'Lambda concurrency: skipped',
      'configuration: ok',
      'member roles: skipped',
      'state folder: ok',
    ]);
    for (const { status, fix } of findings)
      if (status !== 'skipped') expect(fix === null).toBe(status !== 'failed');
    expect(code).toBe(1);
  });

  it.each([
    ['a profile that does not exist', ['--profile', 'rolout'], {}, 'profile', 'did you mean "rollout"?'],
    ['no credentials', [], {}, 'credentials', 'Could not load credentials'],
    [
      'an endpoint that does not answer',
      [],
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      'endpoint',
      'no answer',
    ],
    [
      'a wrong configuration',
      ['--profile', 'rollout', '--config', 'no.yaml'],
      {},
      'configuration',
      'no such file',
    ],
  ])('When there is %s, Then it is a failed check with its fix', async (_, words, env, check, found) => {
    const { code, stdout, stderr } = await meet([...words, '--output', 'json'], env);
    const findings: CheckFinding[] = JSON.parse(stdout).findings;
    const failed = findings.find((finding) => finding.check === check);
    expect(failed).toMatchObject({ status: 'failed', fix: expect.stringMatching(/\.$/) });
    expect(failed?.found).toContain(found);
    expect([code, stderr]).toEqual([1, '']);
  });

  it('When the profile names a Region, Then that is the home Region', async () => {
    await writeFile(join(home, 'with-region'), `[profile rollout]\nregion = ${twin.operator.region}\n`);
    const env = { AWS_CONFIG_FILE: join(home, 'with-region'), AWS_PROFILE: 'rollout' };
    const { stdout } = await meet(['--output', 'json'], env);
    expect(JSON.parse(stdout).findings[0].check).toBe('credentials');
    const other = await meet(['--region', 'us-moon-1', '--output', 'json'], env);
    expect(JSON.parse(other.stdout).findings[0]).toMatchObject({ status: 'failed' });
  });
});
