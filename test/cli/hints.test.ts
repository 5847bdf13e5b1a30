/** Every command that the product prints, run as it was printed. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { MEMBER, makeSmallOrganization } from '../reconcile/small-organization.ts';
import { environmentOf, runHere } from './in-process.ts';
import { FIRST, makeFolder } from './run-command.ts';

const folder = await makeFolder();
let env: Record<string, string>;
let twin: Twin;

beforeAll(async () => {
  await dhmc(['rehearse', '--from', FIRST, '--mode', 'enforce', '--out', 'enforced', '--state', 'rehearsed']);
  const snapshot: Snapshot = await readSnapshot(join(folder, 'enforced'));
  const ssm = snapshot.accounts.get('100000000012')?.Regions['ap-northeast-1']?.Ssm;
  if (ssm) ssm.ServiceSettings = [];
  twin = await startTwin({ snapshot });
  env = environmentOf(twin);
});
afterAll(() => twin.close());

const dhmc = (words: string[]) => runHere(words, { cwd: folder, env: env ?? {} });

/** Lines that are a command and nothing else. */
const commandsIn = (text: string) => text.match(/(?<=^\s*)dhmc .+$/gm) ?? [];

/** As a shell would part the line; TEXT is what a person fills in. */
const wordsOf = (line: string) =>
  (line.match(/'[^']*'|\S+/g) ?? [])
    .slice(1)
    .map((word) => word.replace(/^'(.*)'$/, '$1').replace('TEXT', 'fixed'));

let run = 0;
async function runAll(printed: { stdout: string; stderr: string }, expected: number): Promise<string[]> {
  const lines = commandsIn(`${printed.stdout}\n${printed.stderr}`);
  expect(lines.length).toBeGreaterThanOrEqual(expected);
  for (const line of lines) {
    const { code, stderr } = await dhmc(wordsOf(line));
    run += 1;
    expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  }
  return lines;
}

async function withState(change: (state: StateFolder) => Promise<unknown>): Promise<void> {
  const state = await openStateFolder(join(folder, '.dhmc'));
  await change(state).finally(() => state.close());
}

describe('Given what a local run prints', () => {
  const local = (mode: string, ...more: string[]) =>
    dhmc(['run', '--local', '--mode', mode, '--no-settle', ...more]);

  it('When it made changes, Then its rollback runs as printed', async () => {
    const lines = await runAll(await local('enforce', '--accounts', '100000000012'), 1);
    expect(lines.at(-1)).toMatch(/^dhmc run --mode rollback --rollback-of run-\S+ --local --state .dhmc$/);
  });

  it('When a plan was written, Then applying it runs as printed', async () => {
    const plan = await dhmc(['plan', '--local', '--no-settle', '--out', 'a plan.json']);
    const lines = await runAll(plan, 1);
    expect(lines).toContain("dhmc run --mode enforce --plan 'a plan.json' --local --state .dhmc");
  });

  it('When the kill switch is on, Then what is printed shows it and turns it off', async () => {
    const on = await dhmc(['kill', 'on', '--why', 'incident 4711']);
    const held = await local('enforce', '--accounts', '100000000012');
    expect(commandsIn(held.stdout)).toEqual([
      'dhmc kill status --state .dhmc',
      'dhmc kill off --state .dhmc',
    ]);
    const runId = /run-\w+-\w+/.exec(held.stdout)?.[0] ?? '';
    const page = await dhmc(['report', '--format', 'html', '--run', runId]);
    const banner = /<dl class="next">.*?<\/dl>/s.exec(page.stdout)?.[0] ?? '';
    const inBanner = [...banner.matchAll(/<code>(.*?)<\/code>/gs)].map(([, line]) => line);
    expect(inBanner).toEqual(commandsIn(held.stdout));
    await runAll(held, 2);
    await dhmc(['kill', 'on', '--why', 'again']);
    await runAll(on, 1);
  });

  it('When a gate left a hold, Then doctor and the held run print what clears it', async () => {
    const since = '2026-11-01T00:00:00.000Z';
    const { runId } = JSON.parse((await local('assess', '--output', 'json')).stdout) as RunResult;
    const hold = { runId, who: 'gate', why: 'instances were lost', since };
    await withState((state) => state.store.createEnforceHold(hold));
    const held = await local('enforce', '--accounts', '100000000012');
    expect(commandsIn(held.stdout)).toEqual([`dhmc resume --resume ${runId} --why TEXT --state .dhmc`]);
    await runAll(held, 1);
    await withState((state) => state.store.createEnforceHold(hold));
    const looked = await dhmc(['doctor']);
    expect(commandsIn(looked.stdout)).toEqual(['dhmc resume --why TEXT --state .dhmc']);
    await runAll(looked, 1);
  });

  it('When an instance is explained, Then its commands of ours run as printed', async () => {
    const words = ['explain', '100000000011', 'ap-northeast-1', 'i-649507be7830a7721', '--from', FIRST];
    const lines = await runAll(await dhmc(words), 2);
    expect(lines[0]).toMatch(/^dhmc rehearse --mode assess --accounts 100000000011 .* --from /);
    const vpc = await dhmc([
      'explain',
      '100000000012',
      'ap-northeast-1',
      'i-2f6abfca138e9d094',
      '--from',
      FIRST,
    ]);
    await runAll(vpc, 1);
    const live = await dhmc(['explain', '100000000012', 'ap-northeast-1', 'i-2f6abfca138e9d094']);
    expect((await runAll(live, 1))[0]).not.toContain('--region');
    const typed = await dhmc([...words.slice(0, 4), '--region', 'us-east-1']);
    expect(commandsIn(typed.stdout).filter((line) => !line.endsWith('--region us-east-1'))).toEqual([]);
  });
});

describe('Given what a rehearsal prints', () => {
  it('When it kept its state and its twin, Then its rollback runs as printed', async () => {
    const words = ['rehearse', '--from', FIRST, '--mode', 'enforce', '--state', 'kept', '--out', 'kept-twin'];
    await runAll(await dhmc([...words, '--accounts', '100000000012']), 1);
  });
});

describe('Given a rehearsal that a gate stopped', () => {
  it('When it kept its state, Then what is printed continues with the accounts that were not reached', async () => {
    const snapshot = makeSmallOrganization({
      members: 2,
      regions: 1,
      shape: (account, _, index) => {
        const writer = account.Iam.RoleDetailList.find(
          (role: Piece) => role.RoleName === 'DhmcRolloutWriter',
        );
        if (index === 0 && writer) writer.RolePolicyList = [];
      },
    });
    await writeSnapshot(snapshot, join(folder, 'weak'));
    await writeFile(join(folder, 'waves.yaml'), `waves: [{name: canary, accounts: ["${MEMBER}"]}]\n`);
    const scope = ['--config', 'waves.yaml', '--state', 'stopped'];
    const stopped = await dhmc([
      'rehearse',
      '--from',
      'weak',
      '--mode',
      'enforce',
      ...scope,
      '--out',
      'left',
    ]);
    expect(stopped.code).toBe(1);
    const [line = ''] = commandsIn(stopped.stdout);
    expect(line).toMatch(/^dhmc rehearse --mode enforce --resume run-\S+ --why TEXT --from left /);
    const { code, stdout } = await dhmc(wordsOf(line));
    expect([code, stdout]).toEqual([0, expect.stringContaining('accounts,')]);
  });
});

describe('Given all of them', () => {
  it('When they were run, Then several kinds were among them', () => {
    expect(run).toBeGreaterThan(8);
  });
});
