import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { demoCases, makeDemoOrganization } from '../../twin/make/demo.ts';
import { makeOrganization } from '../../twin/make/varied.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import { readFiles } from './snapshot-fixture.ts';

const MAIN = fileURLToPath(new URL('../../twin/make/main.ts', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'make-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function bytesOf(snapshot: Snapshot, name: string): Promise<Record<string, string>> {
  await writeSnapshot(snapshot, join(folder, name));
  return readFiles(join(folder, name));
}

/** Units above each account, the root included. */
function depths({ organization }: Snapshot): number[] {
  const parents = new Map(organization.OrganizationalUnits.map((unit) => [unit.Id, unit.ParentId]));
  return organization.Accounts.map((account) => {
    let depth = 0;
    for (let id = account.ParentId; id !== undefined; id = parents.get(id)) depth += 1;
    return depth;
  });
}

describe('the demo organization', () => {
  it('Given two makings, Then they are the same, and valid: read back and written it is the same again', async () => {
    const first = await bytesOf(makeDemoOrganization(), 'first');
    expect(await bytesOf(makeDemoOrganization(), 'second')).toEqual(first);
    expect(await bytesOf(await readSnapshot(join(folder, 'first')), 'third')).toEqual(first);
  });

  it('Given its size, Then it has 60 accounts in 5 organizational units, some nested, and 4 Regions in each', () => {
    const { organization, accounts } = makeDemoOrganization();
    expect(organization.Accounts).toHaveLength(60);
    expect(organization.OrganizationalUnits).toHaveLength(5);
    const units = organization.OrganizationalUnits.map((unit) => unit.Id);
    expect(organization.OrganizationalUnits.filter((unit) => units.includes(unit.ParentId))).toHaveLength(2);
    for (const account of accounts.values()) expect(Object.keys(account.Regions)).toHaveLength(4);
  });

  it('Given the list of cases, Then it names every account once', () => {
    const { Accounts } = makeDemoOrganization().organization;
    expect(demoCases.map((each) => [each.accountId, each.name])).toEqual(
      Accounts.map((account) => [account.Id, account.Name]),
    );
    expect(new Set(demoCases.map((each) => each.name)).size).toBe(demoCases.length);
  });

  it('Given two accounts, When one is changed, Then the other is not (no state is shared)', () => {
    const { accounts } = makeDemoOrganization();
    const [one, another] = [...accounts.values()].map((account) => JSON.stringify(account));
    const [first] = accounts.values();
    first?.Iam.RoleDetailList.pop();
    for (const region of Object.values(first?.Regions ?? {}))
      region.Ssm.ServiceSettings.push({ SettingId: 'x' });
    expect(JSON.stringify([...accounts.values()][0])).not.toBe(one);
    expect(JSON.stringify([...accounts.values()][1])).toBe(another);
  });
});

describe('a varied organization', () => {
  it('Given a seed, Then it makes the same bytes; given another, Then not', async () => {
    const options = { accounts: 80, regions: 8, seed: 7 };
    const first = await bytesOf(makeOrganization(options), 'first');
    expect(await bytesOf(makeOrganization(options), 'second')).toEqual(first);
    expect(await bytesOf(makeOrganization({ ...options, seed: 8 }), 'third')).not.toEqual(first);
    expect(await bytesOf(await readSnapshot(join(folder, 'first')), 'fourth')).toEqual(first);
  });

  it('Given 600 accounts, Then units nest three deep and every state, role and setting is there', () => {
    const snapshot = makeOrganization({ accounts: 600, regions: 17, seed: 1 });
    const { organization, accounts } = snapshot;
    expect(Math.max(...depths(snapshot))).toBe(4);
    expect(new Set(organization.Accounts.map((account) => account.State)).size).toBe(5);
    expect(organization.Policies.every((policy) => policy.Targets.length > 0)).toBe(true);

    const regions = [...accounts.values()].flatMap((account) => Object.values(account.Regions));
    expect(new Set(regions.map((region) => region.RegionOptStatus)).size).toBe(5);
    expect(regions.some((region) => region.Ssm.ServiceSettingsUnsupported)).toBe(true);
    expect(regions.some((region) => region.Ssm.InstanceInformationList.length > 0)).toBe(true);
    const values = regions.flatMap((region) =>
      region.Ssm.ServiceSettings.map((each: Piece) => each.SettingValue),
    );
    expect(new Set(values)).toEqual(
      new Set([
        'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole',
        'ops/CustomSsm',
        'ops/DeletedSsm',
        'ops/EmptySsm',
      ]),
    );
    const named = Object.groupBy([...accounts.values()], (account) =>
      account.Iam.RoleDetailList.some((role: Piece) => role.RoleName === 'DhmcRolloutReader')
        ? 'with'
        : 'without',
    );
    expect(named.with?.length).toBeGreaterThan(500);
    expect(named.without?.length).toBeGreaterThan(5);
  });

  it('Given one Region and two accounts, Then that is an organization too', async () => {
    await writeSnapshot(makeOrganization({ accounts: 2, regions: 1, seed: 0 }), join(folder, 'small'));
    const { accounts } = await readSnapshot(join(folder, 'small'));
    expect([...accounts.values()].flatMap((account) => Object.keys(account.Regions))).toEqual(['us-east-1']);
  });

  it.each([
    [{ accounts: 1, regions: 4, seed: 1 }, 'accounts must be a whole number from 2 to 50000, not 1'],
    [{ accounts: 9, regions: 33, seed: 1 }, 'regions must be a whole number from 1 to 32, not 33'],
    [{ accounts: 9, regions: 4, seed: 0.5 }, 'seed must be a whole number from 0 to 4294967295, not 0.5'],
  ])('Given %j, Then it is refused', (options, message) => {
    expect(() => makeOrganization(options)).toThrow(new RangeError(message));
  });
});

describe('npm run twin:make', () => {
  const run = (...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });

  it('Given a folder, Then a snapshot is there', async () => {
    const out = join(folder, 'made');
    const { code, stdout } = await run('--accounts', '5', '--regions', '3', '--seed', '2', '--out', out);
    expect([code, stdout]).toEqual([0, `5 accounts in 3 Regions: ${out}\n`]);
    expect((await readSnapshot(out)).accounts.size).toBe(5);
  });

  it.each([
    [['--accounts', '5'], 'twin:make: --out is missing; name the folder to write to; see --help\n'],
    [
      ['--out', 'x', '--accounts', 'many'],
      "twin:make: --accounts must be a whole number, not 'many'; see --help\n",
    ],
    [
      ['--out', 'x', '--regions', '99'],
      'twin:make: --regions must be a whole number from 1 to 32, not 99; see --help\n',
    ],
    [['--out', 'x', '--acounts', '5'], "twin:make: Unknown option '--acounts'; see --help\n"],
  ])('Given %j, Then wrong usage is said in one line, exit 2', async (args, stderr) => {
    expect(await run(...args)).toEqual({ code: 2, stdout: '', stderr });
  });

  it('Given a folder that holds something else, Then it is refused, exit 1', async () => {
    await writeFile(join(folder, 'mine'), '');
    expect(await run('--out', folder)).toEqual({
      code: 1,
      stdout: '',
      stderr: `twin:make: ${folder}: holds something other than a snapshot (mine); choose an empty folder\n`,
    });
  });
});
