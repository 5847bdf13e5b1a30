import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { makeOrganization } from '../../twin/make/varied.ts';
import { awsPrefixList } from '../../twin/services/ec2/gateway-endpoints.ts';
import { copySnapshot, emptyRegion } from '../../twin/snapshot/defaults.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { writeSnapshot } from '../../twin/snapshot/write.ts';
import { createState } from '../../twin/state.ts';
import { FIRST, readFiles } from './snapshot-fixture.ts';

const ID = '100000000012';

describe('writing a snapshot', () => {
  let folder: string;
  let out: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
    out = join(folder, 'out');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const written = async (): Promise<Piece> =>
    JSON.parse(await readFile(join(out, 'accounts', `${ID}.json`), 'utf8'));

  it('Given a snapshot, When it is read and written, Then every byte is the same', async () => {
    await writeSnapshot(await readSnapshot(FIRST), out);
    expect(await readFiles(out)).toEqual(await readFiles(FIRST));
  });

  it('Given the prefix list of S3, as a gateway endpoint brings it, When it is written, Then it can be read again', async () => {
    const snapshot = copySnapshot(await readSnapshot(FIRST));
    const list = awsPrefixList('pl-61a54008', 'com.amazonaws.us-east-1.s3', 'us-east-1');
    snapshot.accounts.get(ID)?.Regions['us-east-1']?.Ec2.ManagedPrefixLists?.push(list);
    await writeSnapshot(snapshot, out);
    const again = await readSnapshot(out);
    expect(again.accounts.get(ID)?.Regions['us-east-1']?.Ec2.ManagedPrefixLists).toContainEqual(list);
  });

  it('Given a copy of a compact snapshot, When it is written, Then nothing was added to it', async () => {
    await writeSnapshot(await readSnapshot(FIRST), out);
    const organization = JSON.parse(await readFile(join(out, 'organization.json'), 'utf8'));
    delete organization.DelegatedAdministrators;
    const compact = {
      FormatVersion: 1,
      AccountId: ID,
      Regions: { 'us-east-1': { RegionOptStatus: 'ENABLED' } },
    };
    await writeFile(join(out, 'organization.json'), JSON.stringify(organization, null, 1));
    await writeFile(join(out, 'accounts', `${ID}.json`), JSON.stringify(compact, null, 1));
    await rm(join(out, 'accounts/100000000013.json'));
    const before = await readFiles(out);

    const snapshot = await readSnapshot(out);
    expect(snapshot.accounts.get(ID)?.Regions['us-east-1']?.Ssm.ServiceSettings).toEqual([]);
    expect(snapshot.accounts.get('100000000013')?.Iam.RoleDetailList).toEqual([]);
    await writeSnapshot(copySnapshot(snapshot), out);
    expect(await readFiles(out)).toEqual(before);
  });

  it('Given unknown keys at every level, When it is read and written, Then they are kept in their order', async () => {
    await writeSnapshot(await readSnapshot(FIRST), out);
    const account = await written();
    account.Iam = { Zebra: [1, { a: null }], ...account.Iam };
    account.Regions['us-east-1'].Ec2.FlowLogs = [{ FlowLogId: 'fl-1' }];
    const text = JSON.stringify(account, null, 1);
    await writeFile(join(out, 'accounts', `${ID}.json`), text);
    await writeSnapshot(await readSnapshot(out), out);
    expect(await readFile(join(out, 'accounts', `${ID}.json`), 'utf8')).toBe(text);
  });

  it('Given Regions that were only looked at, When it is written, Then they leave no trace, and changed ones do', async () => {
    const snapshot = await readSnapshot(FIRST);
    const regions = snapshot.accounts.get(ID)?.Regions ?? {};
    regions['eu-west-1'] = emptyRegion('ENABLED_BY_DEFAULT');
    regions['eu-west-2'] = emptyRegion('ENABLED_BY_DEFAULT');
    regions['eu-west-2'].Ssm.ServiceSettings.push({ SettingId: '/ssm/x', SettingValue: 'y' });
    await writeSnapshot(snapshot, out);
    const account = await written();
    expect(account.Regions['eu-west-1']).toBeUndefined();
    expect(account.Regions['eu-west-2']).toEqual({
      RegionOptStatus: 'ENABLED_BY_DEFAULT',
      Ssm: { ServiceSettings: [{ SettingId: '/ssm/x', SettingValue: 'y' }] },
    });
  });

  it('Given an account that names no Regions, When a setting came and went, with a file in between, Then the bytes are the same', async () => {
    const made = makeOrganization({ accounts: 5, regions: 2, seed: 5 });
    await writeSnapshot(made, out);
    const before = await readFiles(out);
    expect(before[`accounts/${made.organization.OperatorAccountId}.json`]).not.toContain('"Regions"');
    for (const settings of [[{ SettingId: '/ssm/x', SettingValue: 'y' }], []]) {
      const state = createState(await readSnapshot(out));
      state.region(made.organization.OperatorAccountId, 'us-east-1').Ssm.ServiceSettings = settings;
      await writeSnapshot(state.takeSnapshot(), out);
    }
    // CapturedAt is the twin's present time
    expect({ ...(await readFiles(out)), 'organization.json': '' }).toEqual({
      ...before,
      'organization.json': '',
    });
  });

  it('Given a setting at its default and an unused AWS policy, When it is written, Then both are left out', async () => {
    const snapshot = await readSnapshot(FIRST);
    const account = snapshot.accounts.get(ID);
    account?.Regions['us-east-1']?.Ssm.ServiceSettings.push({ SettingId: '/ssm/x', SettingValue: '$None' });
    for (const role of account?.Iam.RoleDetailList ?? []) role.AttachedManagedPolicies = [];
    await writeSnapshot(snapshot, out);
    const content = await written();
    expect(content.Regions['us-east-1'].Ssm.ServiceSettings).toEqual([]);
    expect(content.Iam.Policies).toEqual([]);
  });

  it('Given an AWS policy that is only a boundary, When it is written, Then it is kept', async () => {
    const snapshot = await readSnapshot(FIRST);
    const account = snapshot.accounts.get(ID);
    const arn = account?.Iam.Policies[0].Arn;
    for (const role of account?.Iam.RoleDetailList ?? []) role.AttachedManagedPolicies = [];
    account?.Iam.RoleDetailList.push({
      ...account.Iam.RoleDetailList[0],
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn },
    });
    await writeSnapshot(snapshot, out);
    expect((await written()).Iam.Policies).toHaveLength(1);
  });

  it('Given a folder that holds something else, When a snapshot is written there, Then it is refused and untouched', async () => {
    await mkdir(out);
    await writeFile(join(out, 'thesis.md'), 'years of work');
    await expect(writeSnapshot(await readSnapshot(FIRST), out)).rejects.toThrow(
      `${out}: holds something other than a snapshot (thesis.md); choose an empty folder`,
    );
    expect(await readdir(folder, { recursive: true })).toEqual(['out', join('out', 'thesis.md')]);
  });

  it('Given a file in the place of the folder, When a snapshot is written there, Then it is refused', async () => {
    await writeFile(out, '');
    await expect(writeSnapshot(await readSnapshot(FIRST), out)).rejects.toThrow(
      `${out}: holds something other than a snapshot (it is no folder); choose an empty folder`,
    );
  });

  it('Given a write that fails half way, When another snapshot was there, Then that one is still whole', async () => {
    await writeSnapshot(await readSnapshot(FIRST), out);
    const broken = await readSnapshot(FIRST);
    const circle: Piece = {};
    circle.itself = circle;
    broken.organization.Circle = circle;
    await expect(writeSnapshot(broken, out)).rejects.toThrow();
    expect(await readFiles(out)).toEqual(await readFiles(FIRST));
    expect(await readdir(folder)).toEqual(['out']);
  });

  it('Given a place that cannot be written to, When a snapshot is written there, Then one line says so', async () => {
    await expect(writeSnapshot(await readSnapshot(FIRST), '/proc/none/out')).rejects.toThrow(
      /^\/proc\/none\/out: cannot be written \([A-Z]+\); choose another folder$/,
    );
  });
});
