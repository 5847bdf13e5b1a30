import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { FleetInstance } from '../../functions/core/instances/fleet.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { createFolderArtifacts } from '../../functions/store/artifacts-folder.ts';
import { writeFleet } from '../../functions/store/fleet.ts';
import { runHere } from './in-process.ts';
import { FIRST, makeFolder } from './run-command.ts';

const folder = await makeFolder();
let run: RunResult;
beforeAll(async () => {
  await writeFile(join(folder, 'fleet.yaml'), 'fleet: record\nnamedInstances: 1\n');
  run = JSON.parse((await rehearse('enforce', '--config', 'fleet.yaml')).stdout);
});

const dhmc = (...words: string[]) => runHere(words, { cwd: folder });
const rehearse = (mode: string, ...words: string[]) =>
  dhmc('rehearse', '--from', FIRST, '--mode', mode, '--output', 'json', '--state', '.dhmc', ...words);
interface Listed {
  complete: boolean;
  total: number;
  instances: FleetInstance[];
  by: Record<string, { value: string; instances: number }[]>;
}
const list = async (...words: string[]): Promise<Listed> =>
  JSON.parse((await dhmc('fleet', '--output', 'json', ...words)).stdout);

describe('Given a run with settle passes that recorded the fleet', () => {
  it('When the fleet is listed, Then its verdicts are those that the result counts, whatever it names', async () => {
    const counted = new Map<string, number>();
    for (const { instances } of run.targets) {
      for (const [verdict, count] of Object.entries(instances.byVerdict)) {
        counted.set(verdict, (counted.get(verdict) ?? 0) + count);
      }
    }
    const { complete, total, instances, by } = await list();
    const running = by.verdict?.filter(({ value }) => value !== 'STOPPED') ?? [];
    expect(complete).toBe(true);
    expect(Object.fromEntries(running.map(({ value, instances: many }) => [value, many]))).toEqual(
      Object.fromEntries(counted),
    );
    expect(instances.length).toBe(total);
    expect(new Set(instances.map(({ instanceId }) => instanceId)).size).toBe(total);
    expect(instances.filter(({ platform, accountName }) => platform === '' || accountName === '')).toEqual(
      [],
    );
  });

  it('When it is filtered, Then every kind of filter narrows, and csv has the same rows', async () => {
    const all = await list();
    for (const [dimension, flag] of [
      ['verdict', '--verdict'],
      ['owner', '--owner'],
      ['credentials', '--credentials'],
      ['path', '--path'],
    ] as const) {
      const first = all.by[dimension]?.find(({ value }) => !value.startsWith('('));
      expect((await list(flag, first?.value ?? '')).total).toBeGreaterThanOrEqual(first?.instances ?? -1);
    }
    const old = await list('--agent-below', '99.0');
    expect(old.total).toBeGreaterThan(0);
    expect(old.instances.every(({ agentVersion }) => agentVersion !== null)).toBe(true);
    const csv = (await dhmc('fleet', '--output', 'csv', '--agent-below', '99.0')).stdout;
    expect(csv.trimEnd().split('\r\n').length).toBe(old.total + 1);
    expect((await dhmc('fleet', '--by', 'path')).stdout).toContain(`${all.total} instances, ${run.runId}`);
  });

  it.each([
    [['--by', 'agnet'], '--by agnet: unknown; did you mean "agent"?'],
    [['--verdict', 'managd'], 'did you mean "MANAGED"?'],
    [['--agent-below', 'latest'], '--agent-below latest: not a version such as 3.3.40.0'],
    [['--path', 'vpn'], '--path VPN: unknown'],
  ])('When %j is typed, Then one line says what is wrong', async (words, text) => {
    const { code, stderr } = await dhmc('fleet', ...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
  });

  it('When a run records no fleet, Then the instances that results name are listed, and the rest is counted', async () => {
    await rehearse('assess', '--no-settle');
    const { stdout, stderr } = await dhmc('fleet', '--output', 'json');
    expect(JSON.parse(stdout).complete).toBe(false);
    expect(stderr).toMatch(/recorded no fleet: these \d+ are those that results name, of \d+ running/);
  });
});

describe('Given the Athena table of the documentation', () => {
  it('When a row is written, Then its fields are the columns', async () => {
    const page = await readFile('docs/athena.md', 'utf8');
    const columns = [...page.matchAll(/^ {2}(\w+) string,?$/gm)].map(([, column]) => column);
    const { instances } = await list();
    expect(
      Object.keys(instances[0] ?? {})
        .map((field) => field.toLowerCase())
        .sort(),
    ).toEqual(columns.sort());
  });
});

describe('Given instances of two Regions that a pass recorded', () => {
  it('When a later pass looks at one Region, Then it replaces its lines alone, also with none', async () => {
    const artifacts = createFolderArtifacts(join(folder, 'passes'));
    const started = { runId: 'run-1', startedAt: '2026-11-27T23:59:59.000Z' };
    const one = (await list()).instances[0] as FleetInstance;
    const write = (instances: FleetInstance[], looked: string[], again: boolean) =>
      writeFleet(artifacts, started, '111122223333', { instances, looked, again });
    const text = () => artifacts.getText('fleet/date=2026-11-27/run=run-1/111122223333.jsonl');
    await write([], ['eu-west-1'], false);
    expect(await text()).toBeNull();
    await write(
      [
        { ...one, region: 'a-1' },
        { ...one, region: 'b-1' },
      ],
      ['a-1', 'b-1'],
      false,
    );
    await write([{ ...one, region: 'a-1', verdict: 'MANAGED' }], ['a-1'], true);
    expect(
      (await text())
        ?.trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).region),
    ).toEqual(['a-1', 'b-1']);
    await write([], ['a-1', 'b-1'], true);
    expect(await text()).toBe('');
  });
});
