import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CheckFinding } from '../../cli/doctor.ts';
import { FIRST, makeFolder, runCommand } from './run-command.ts';

const folder = await makeFolder();

async function findingsOf(...flags: string[]) {
  const { code, stdout } = await runCommand(
    ['doctor', '--from', FIRST, '--all', '--output', 'json', ...flags],
    { cwd: folder },
  );
  return { code, findings: JSON.parse(stdout).findings as CheckFinding[] };
}

describe('Given the twin of a snapshot in which one account has no member roles', () => {
  it('When it is examined, Then that account is named with the fix, and the rest is well', async () => {
    const { code, findings } = await findingsOf('--detailed-exitcode');
    expect(code).toBe(3);
    const statuses = findings.map(({ check, status }) => `${check}: ${status}`);
    expect(statuses).toEqual([
      'credentials: ok',
      'organization: ok',
      'delegated administrator: ok',
      'Regions: ok',
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
    const { findings } = await findingsOf('--config', file);
    const configuration = findings.filter(({ check }) => check === 'configuration');
    expect(configuration.map(({ status, found }) => [status, found])).toEqual([
      ['warning', '1 waiver ended before today: DNS_CUSTOM.'],
      ['warning', 'It names accounts that the organization does not have: 999999999999.'],
    ]);
    expect(findings.filter(({ status }) => status === 'failed')).toEqual([]);
  }, 30_000);

  it('When credentials are missing, Then that is the finding, and nothing else is asked', async () => {
    const { code, stdout } = await runCommand(['doctor'], { cwd: folder, env: { AWS_REGION: 'us-east-1' } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/wrong {2}credentials .*\n(.*\n)*.*Fix: Set AWS_PROFILE/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }, 30_000);
});
