import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import { madeUpRun } from '../report/made-up-run.ts';
import { runCommand } from './run-command.ts';

describe('Given a state folder with two finished runs', () => {
  let folder: string;
  let state: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dhmc-report-'));
    state = join(folder, 'state');
    const artifacts = createFolderArtifacts(join(state, 'artifacts'));
    for (const [runId, progress] of [
      ['run-1', 0.2],
      ['run-2', 0.9],
    ] as const) {
      const { summary, accounts } = await madeUpRun({ accounts: 6, regions: 3, progress, runId });
      for await (const account of accounts()) {
        await artifacts.putText(artifactKeys.account(runId, account.accountId), JSON.stringify(account));
      }
      await artifacts.putText(artifactKeys.summary(runId), JSON.stringify(summary));
      await artifacts.putText(artifactKeys.result(runId), '{}');
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const report = (...args: string[]) => runCommand(['report', '--state', state, ...args], { cwd: folder });

  it('When the page is asked for with an earlier run, Then it is one whole file with the comparison and the trend', async () => {
    const { code, stderr } = await report('--format', 'html', '--since', 'run-1', '--out', 'page.html');
    expect([code, stderr]).toEqual([0, 'run-2 (enforce): page.html\n']);
    const page = await readFile(join(folder, 'page.html'), 'utf8');
    expect(page.endsWith('</html>\n')).toBe(true);
    expect(['id="since"', 'id="trend"'].filter((section) => !page.includes(section))).toEqual([]);
  });

  it('When tables go into a file, Then there are two, and on standard output the targets alone', async () => {
    const { code } = await report('--format', 'csv', '--out', 'targets.csv');
    expect(code).toBe(0);
    const targets = await readFile(join(folder, 'targets.csv'), 'utf8');
    expect(targets.trimEnd().split('\r\n')).toHaveLength(1 + 6 * 3);
    expect(await readFile(join(folder, 'targets.instances.csv'), 'utf8')).toMatch(/^runId,.*,instanceId,/);
    expect((await report('--format', 'csv')).stdout).toBe(targets);
    expect((await readdir(folder)).filter((name) => name.includes('incomplete'))).toEqual([]);
  });

  describe('and a later enforce over one account of six', () => {
    beforeAll(async () => {
      const artifacts = createFolderArtifacts(join(state, 'artifacts'));
      const { summary, accounts } = await madeUpRun({
        accounts: 1,
        regions: 3,
        progress: 1,
        runId: 'run-3',
      });
      const scope = { accounts: ['100000000000'] };
      const input = { ...summary.input, scope };
      const head = {
        ...summary.head,
        scope: { full: false, accounts: 1, organizationAccounts: 6, limitedTo: scope },
      };
      for await (const account of accounts()) {
        await artifacts.putText(artifactKeys.account('run-3', account.accountId), JSON.stringify(account));
      }
      await artifacts.putText(artifactKeys.summary('run-3'), JSON.stringify({ ...summary, head, input }));
      await artifacts.putText(artifactKeys.result('run-3'), '{}');
    });
    afterAll(() => rm(join(state, 'artifacts', 'runs', 'run-3'), { recursive: true }));

    it('When a report is asked for, Then it is of the newest full run, and names the later one', async () => {
      const { code, stdout, stderr } = await report('--format', 'csv');
      expect([code, stderr]).toEqual([
        0,
        'newest full run: run-2; for the later enforce over 1 of 6 accounts add --run run-3\n',
      ]);
      expect(stdout).toContain('\r\nrun-2,');
    });

    it('When the part is asked for, Then headline, standard error and rows say so, and there is no trend', async () => {
      const { code, stderr } = await report('--format', 'html', '--run', 'run-3', '--out', 'part.html');
      expect([code, stderr]).toEqual([
        0,
        'partial run: run-3 covered 1 of 6 accounts\nrun-3 (enforce): part.html\n',
      ]);
      const page = await readFile(join(folder, 'part.html'), 'utf8');
      expect(page).toContain('of targets in 1 of 6 accounts are compliant');
      expect(page).not.toContain('points since');
      const csv = (await report('--format', 'csv', '--run', 'run-3')).stdout;
      expect(csv.split('\r\n')[1]).toContain(',1 of 6 accounts,');
    });

    it('When it is compared with a full run, Then that is refused', async () => {
      const { code, stderr } = await report('--format', 'html', '--run', 'run-3', '--since', 'run-1');
      expect(code).toBe(2);
      expect(stderr).toContain(
        '--since run-1: it covered the whole organization and run-3 1 of 6 accounts; name a run over the same part',
      );
    });
  });

  it('When an account cannot be read, Then the former file is kept', async () => {
    const [key] = await readdir(join(state, 'artifacts', 'runs', 'run-1', 'accounts'));
    await writeFile(join(state, 'artifacts', 'runs', 'run-1', 'accounts', key ?? ''), 'no json');
    await writeFile(join(folder, 'former.json'), 'former');
    const { code } = await report('--format', 'json', '--run', 'run-1', '--out', 'former.json');
    expect(code).toBe(2);
    expect(await readFile(join(folder, 'former.json'), 'utf8')).toBe('former');
    expect((await readdir(folder)).filter((name) => name.includes('incomplete'))).toEqual([]);
  });
});
