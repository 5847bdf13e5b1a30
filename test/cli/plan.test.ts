import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { outlookOf } from '../../cli/runs/plan-outlook.ts';
import { rankCodes } from '../../cli/terminal/run-report.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { PlanFile } from '../../functions/inputs/plan-file.ts';
import { runHere } from './in-process.ts';
import { type Ended, FIRST, makeFolder } from './run-command.ts';

const folder = await makeFolder();
const dhmc = (...words: string[]) => runHere(words, { cwd: folder, env: { COLUMNS: '120' } });

let assessed: RunResult;
let planned: Ended;
let file: PlanFile;
beforeAll(async () => {
  assessed = JSON.parse((await dhmc('rehearse', '--from', FIRST, '--output', 'json')).stdout);
  planned = await dhmc('plan', '--from', FIRST, '--out', 'plan.json');
  file = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8'));
});

describe('Given a plan of an organization where a VPC has no path and endpoints are not provisioned', () => {
  it('When it is shown, Then the VPC is named with the price of what endpoints: provision would do', async () => {
    expect(planned.stdout).toMatch(/vpc-d8eb64de68c590837 +100000000012 +ap-northeast-1 +3 +6 +\+\$61\.32/);
    expect(planned.stdout).toContain(
      'endpoints: provision would create 3 endpoints in 1 VPC for $61.32 a month.',
    );
    await writeFile(join(folder, 'provision.yaml'), 'endpoints: provision\n');
    const provision = await dhmc('plan', '--from', FIRST, '--config', 'provision.yaml');
    expect(provision.stdout).toContain('$0.00 a month now, $61.32 after it');
    expect(provision.stdout).not.toContain('VPCs without a path');
  });

  it('When it is compared with an assess, Then codes that it does not resolve have the same counts', () => {
    const outlook = outlookOf(assessed, new Set(file.changes.map(({ id }) => id)));
    const counts = new Map(rankCodes(assessed).map(({ code, ...rest }) => [code, rest]));
    const unresolved = ['NO_PATH_TO_SSM', 'DNS_CUSTOM', 'ENDPOINT_SG_BLOCKS_443', 'ROLE_NOT_ASSUMABLE'];
    for (const code of unresolved) {
      const { targets, accounts } = outlook.causes.find((cause) => cause.code === code) ?? {};
      expect({ code, targets, accounts }).toEqual({ code, ...counts.get(code) });
    }
  });

  it('When enforce is done, Then as many targets are compliant as the plan expected', async () => {
    const [, now, expected] =
      /(\d+) of 22 targets compliant now, (\d+) expected after it/.exec(planned.stdout) ?? [];
    const enforce = await dhmc('rehearse', '--from', FIRST, '--mode', 'enforce', '--output', 'json');
    const enforced: RunResult = JSON.parse(enforce.stdout);
    expect([Number(now), Number(expected)]).toEqual([
      assessed.coverage.compliant,
      enforced.coverage.compliant,
    ]);
  });
});

describe("Given a plan's file", () => {
  it('When it is shown, Then its changes are there by kind and account, without reaching anything', async () => {
    const { code, stdout, stderr } = await dhmc('plan', 'show', 'plan.json');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Plan {2}27 changes in 7 accounts\n/);
    expect(stdout).toContain('ap-northeast-1, us-east-1: set to the DHMC role');
    const json = await dhmc('plan', 'show', 'plan.json', '--output', 'json');
    expect(JSON.parse(json.stdout)).toEqual(file);
  });

  it('When it was edited or is not there, Then one line says so', async () => {
    await writeFile(join(folder, 'edited.json'), JSON.stringify({ ...file, changes: [] }));
    for (const [name, line] of [
      ['edited.json', /^dhmc: edited\.json: was changed after it was made/],
      ['none.json', /^dhmc: none\.json: no such file/],
    ] as const) {
      const { code, stdout, stderr } = await dhmc('plan', 'show', name);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(line)]);
    }
  });
});

describe('Given a plan as Markdown', () => {
  it.each([
    ['of a run', ['plan', '--from', FIRST, '--format', 'md']],
    ['of a file', ['plan', 'show', 'plan.json', '--format', 'md']],
  ])(
    'When it is %s, Then every table has cells of one number, and every change is there',
    async (_, words) => {
      const { code, stdout } = await dhmc(...words);
      const blocks = stdout.split('\n\n').filter((block) => block.startsWith('|'));
      expect(blocks.length).toBeGreaterThan(1);
      for (const block of blocks) {
        const cells = block
          .trim()
          .split('\n')
          .map((line) => line.split(/(?<!\\)\|/).length);
        expect(new Set(cells).size).toBe(1);
      }
      for (const { resource } of file.changes) expect(stdout).toContain(resource);
      expect(code).toBe(0);
    },
  );
});
