import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { CheckFinding } from '../../functions/core/readiness/finding.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import { runHere } from './in-process.ts';
import { makeFolder } from './run-command.ts';
import { CONFIGURATION, DEPLOYMENT, readyOrganization, UNREADY } from './unready-organizations.ts';

const folder = await makeFolder();
const ready = await readyOrganization();

async function examine(snapshot: Snapshot, as: string, deployment = '') {
  const cwd = await mkdtemp(join(folder, 'case-'));
  await writeSnapshot(snapshot, join(cwd, 'snapshot'));
  await writeFile(join(cwd, 'dhmc.deployment.yaml'), `${DEPLOYMENT}${deployment}`);
  await writeFile(join(cwd, 'dhmc.config.yaml'), CONFIGURATION);
  const words = ['doctor', '--from', 'snapshot', '--as', as, '--sample', '1', '--output', 'json'];
  const { code, stdout } = await runHere(words, { cwd });
  return { code, findings: JSON.parse(stdout).findings as CheckFinding[] };
}

describe('Given an organization that has what a deployment needs', () => {
  it.each(['operator', 'management'])(
    'When it is examined from the %s account, Then nothing is wrong, and what is left to the management account is said',
    async (as) => {
      const { code, findings } = await examine(ready, as);
      expect(findings.filter(({ status }) => status === 'failed' || status === 'warning')).toEqual([]);
      const found = (check: string) => findings.find((finding) => finding.check === check)?.found;
      expect(found('StackSets')).toContain('Left to the management account');
      expect(found('trail')).toContain('organization logs management events of us-east-1.');
      expect(code).toBe(0);
    },
  );

  it('When the operator reads by the resource policy of dhmc template delegation-policy, Then that is enough', async () => {
    const snapshot = structuredClone(ready);
    snapshot.organization.DelegatedAdministrators = [];
    const words = ['template', 'delegation-policy', '--operator-account', '100000000002'];
    snapshot.organization.ResourcePolicy = { Content: (await runHere(words, { cwd: folder })).stdout };
    for (const as of ['operator', 'management']) {
      const { code, findings } = await examine(snapshot, as);
      expect(findings.filter(({ status }) => status === 'failed')).toEqual([]);
      expect(code).toBe(0);
    }
  });
});

describe('Given an organization that is not ready', () => {
  it.each(UNREADY)(
    'When it has $kind ($as), Then doctor says so with the fix and exits with 1',
    async (unready) => {
      const snapshot = structuredClone(ready);
      unready.lacks(snapshot);
      const { code, findings } = await examine(snapshot, unready.as, unready.deployment);
      const failed = findings.filter(({ status }) => status === 'failed');
      expect(failed).toEqual([
        expect.objectContaining({
          check: unready.check,
          found: expect.stringMatching(unready.found),
          fix: expect.stringMatching(unready.fix),
        }),
      ]);
      expect(code).toBe(1);
    },
  );
});
