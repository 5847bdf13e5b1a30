import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { environmentOf, runHere } from './in-process.ts';
import { type Ended, FIRST, makeFolder } from './run-command.ts';

const folder = await makeFolder();
const QUESTION = /(\d+) changes in (\d+) accounts, \$\d+\.\d\d a month\. Continue\? \[y\/N\] /;

let twin: Twin;
let snapshot: Snapshot;
let settled: Ended;
let unsettled: Ended;
/** Everything is enforced but for two settings, so that no new role has to propagate in real time. */
beforeAll(async () => {
  const rehearsal = ['rehearse', '--from', FIRST, '--mode', 'enforce'];
  settled = await runHere([...rehearsal, '--out', 'enforced'], { cwd: folder });
  unsettled = await runHere([...rehearsal, '--no-settle'], { cwd: folder });
  snapshot = await readSnapshot(join(folder, 'enforced'));
  for (const accountId of ['100000000012', '100000000013']) {
    const ssm = snapshot.accounts.get(accountId)?.Regions['ap-northeast-1']?.Ssm;
    if (ssm) ssm.ServiceSettings = [];
  }
  twin = await startTwin({ snapshot });
});
afterAll(() => twin.close());

const ENFORCE = ['run', '--local', '--mode', 'enforce', '--no-settle', '--output', 'json'];
const enforce = (words: string[] = [], person: { answer?: string } = {}) =>
  runHere([...ENFORCE, ...words], { cwd: folder, env: environmentOf(twin), ...person });

describe('Given a local enforce at a terminal', () => {
  it.each(['n\n', '\n', 'yeah\n'])(
    'When the answer is %j, Then nothing is changed, exit 1',
    async (answer) => {
      const before = twin.calls().mutating;
      const { code, stdout, stderr } = await enforce([], { answer });
      expect(stderr).toMatch(QUESTION);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('dhmc: not confirmed; nothing was changed\n');
      expect(twin.calls().mutating).toBe(before);
    },
  );

  it('When an exclusion or a wave matches nothing, Then each is an error before anything is changed or asked', async () => {
    const exclude =
      '{accounts: ["100000000091"], regions: [us-esat-1], organizationalUnits: [ou-none-11111111], tags: {a: b}}';
    const waves = '[{name: canary, accounts: ["100000000092"]}]';
    await writeFile(join(folder, 'exclude.yaml'), `exclude: ${exclude}\nwaves: ${waves}\n`);
    const { code, stderr } = await enforce(['--config', 'exclude.yaml'], { answer: 'y\n' });
    expect(code).toBe(2);
    for (const found of [
      '100000000091',
      'waves[0].accounts: 100000000092',
      'us-esat-1; did you mean "us-east-1"?',
      'ou-none-11111111',
      'a=b',
    ]) {
      expect(stderr).toContain(found);
    }
    expect(stderr).not.toMatch(QUESTION);
  });

  it('When the answer is y, Then the changes that were named are made, without settle passes', async () => {
    const { code, stdout, stderr } = await enforce([], { answer: 'y\n' });
    const [, changes, accounts] = QUESTION.exec(stderr) ?? [];
    const result: RunResult = JSON.parse(stdout);
    const made = [...result.accounts, ...result.targets].flatMap((place) =>
      place.changes.filter(({ outcome }) => outcome === 'APPLIED').map(() => place.accountId),
    );
    expect([made.length, new Set(made).size]).toEqual([Number(changes), Number(accounts)]);
    expect([code, result.status]).toEqual([0, 'SUCCEEDED']);
    expect(stderr).not.toMatch(/settle pass/);
  });

  it('When nothing is left to change, Then nothing is asked', async () => {
    expect((await enforce([], { answer: 'n\n' })).stderr).not.toMatch(QUESTION);
  });
});

describe('Given no terminal, or --yes', () => {
  it.each([
    ['there is no terminal', [], {}],
    ['--yes is given', ['--yes'], { answer: 'n\n' }],
  ])('When %s, Then nothing is asked', async (_, words, person) => {
    const fresh = await startTwin({ snapshot });
    const scope = ['--accounts', '100000000012', '--state', `state-${words.length}`];
    const { code, stderr, stdout } = await runHere([...ENFORCE, ...scope, ...words], {
      cwd: folder,
      env: environmentOf(fresh),
      ...person,
    });
    await fresh.close();
    expect([code, JSON.parse(stdout).mode]).toEqual([0, 'enforce']);
    expect(stderr).not.toMatch(QUESTION);
  });
});

describe('Given an enforce with targets that have not converged', () => {
  it('When it may settle, Then it waits for settle passes; with --no-settle it ends without', () => {
    expect(settled.stderr).toMatch(
      /waiting 60 s of the twin's clock until settle pass 1 of 4 \(51 min at most in all\)/,
    );
    expect(unsettled.code).toBe(0);
    expect(unsettled.stderr).not.toMatch(/waiting|looking again/);
  });
});
