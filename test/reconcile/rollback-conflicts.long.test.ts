import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { AccountFile, Piece, Snapshot } from '../../twin/contract.ts';
import { addRole } from '../../twin/make/iam.ts';
import { DHMC_VALUE } from '../../twin/make/region.ts';
import { diffSnapshots } from '../../twin/snapshot/diff.ts';
import { conflictsOf, outcomesOf } from './everything.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

const SETTING = '/ssm/managed-instance/default-ec2-instance-management-role';
const ROLE = DHMC_VALUE.split('/').at(-1) ?? '';
const SOMEONE = `arn:aws:sts::${MEMBER}:assumed-role/Admin/someone`;

let organization: Organization;
let before: Snapshot;
let enforced: RunResult;
let regions: string[];

const member = () => organization.twin.state.account(MEMBER) as AccountFile;
const roleOf = (name: string) =>
  member().Iam.RoleDetailList.find(({ RoleName }: Piece) => RoleName === name) as Piece | undefined;
const settingOf = (region: string): Piece =>
  member().Regions[region]?.Ssm.ServiceSettings.find(({ SettingId }: Piece) => SettingId === SETTING);
const differences = () => diffSnapshots(before, organization.twin.takeSnapshot());
const rollBack = (rollbackOf = enforced.runId) => organization.run({ mode: 'rollback', rollbackOf });

beforeEach(async () => {
  const snapshot = makeSmallOrganization({ members: 1, regions: 3 });
  addRole(snapshot.accounts.get(MEMBER) as AccountFile, {
    name: 'Other',
    trust: { Service: 'ssm.amazonaws.com' },
    managed: ['AmazonSSMManagedEC2InstanceDefaultPolicy'],
  });
  organization = await openOrganization(snapshot);
  before = organization.twin.takeSnapshot();
  enforced = await organization.run();
  regions = enforced.targets.filter((t) => t.accountId === MEMBER).map((t) => t.region);
});
afterEach(() => organization.close());

describe('given an enforced account', () => {
  it('when someone set another role in one Region, then that stays, and the rest is rolled back', async () => {
    const [region = ''] = regions;
    Object.assign(settingOf(region), { SettingValue: 'Other', LastModifiedUser: SOMEONE });
    const result = await rollBack();
    expect(targetOf(result, MEMBER, region).reasons).toContain('ROLLBACK_CONFLICT');
    expect(conflictsOf(result)).toEqual([
      expect.stringMatching(new RegExp(`was set to Other by ${SOMEONE} after ${enforced.runId}`)),
    ]);
    expect(outcomesOf(result)).toEqual({ ROLLED_BACK: 4 });
    expect(differences().map(({ kind, region: at, list }) => [kind, at, list])).toEqual([
      ['added', region, 'Ssm.ServiceSettings'],
    ]);
  });

  it('when a later run set our role in a Region, then the role that it uses is kept with its policy', async () => {
    const [region = ''] = regions;
    const setting = settingOf(region);
    const first = enforced;
    member().Regions[region]?.Ssm.ServiceSettings.splice(0);
    organization.twin.state.clock.advance(60);
    await organization.run();
    expect(settingOf(region).SettingValue).toBe(setting.SettingValue);
    const scope = { regions: regions.filter((other) => other !== region) };
    const result = await organization.run({ mode: 'rollback', rollbackOf: first.runId, scope });
    expect(conflictsOf(result)).toEqual([
      expect.stringMatching(new RegExp(`kept as it is: .* ${region} names it`)),
    ]);
    expect(roleOf(ROLE)?.AttachedManagedPolicies).toHaveLength(1);
    expect(changesOf(result, MEMBER)).toEqual(Array(2).fill('ResetServiceSetting ROLLED_BACK'));

    const rest = await rollBack('all');
    expect([conflictsOf(rest), differences()]).toEqual([[], []]);
  });

  it('when the role got a policy of someone else, then it is kept, and its settings are rolled back', async () => {
    roleOf(ROLE)?.RolePolicyList.push({ PolicyName: 'theirs', PolicyDocument: { Statement: [] } });
    const result = await rollBack();
    expect(conflictsOf(result)).toEqual([expect.stringMatching(/got inline policy theirs .*it is kept/)]);
    expect(roleOf(ROLE)).toBeDefined();
    expect(differences().every(({ list }) => list.startsWith('Iam.'))).toBe(true);
  });

  it('when a Region was switched off since, then the rollback leaves it alone and is not held up by it', async () => {
    const [region = ''] = regions;
    Object.assign(member().Regions[region] ?? {}, { RegionOptStatus: 'DISABLED' });
    const result = await rollBack();
    expect(targetOf(result, MEMBER, region)).toMatchObject({
      status: 'SKIPPED',
      reasons: ['REGION_NOT_ENABLED'],
      changes: [],
    });
    expect([conflictsOf(result), outcomesOf(result).FAILED]).toEqual([[], undefined]);
    expect(settingOf(region).SettingValue).toBe(DHMC_VALUE);

    Object.assign(member().Regions[region] ?? {}, { RegionOptStatus: 'ENABLED_BY_DEFAULT' });
    const rest = await rollBack();
    expect([conflictsOf(rest), differences()]).toEqual([[], []]);
  });

  it.each([
    ['was suspended', 'ACCOUNT_NOT_ACTIVE'],
    ['lost its member roles', 'ROLE_NOT_ASSUMABLE'],
  ])('when the account %s, then the rollback names the changes that remain there', async (what, code) => {
    if (what === 'was suspended') {
      Object.assign(organization.twin.state.member(MEMBER) ?? {}, {
        State: 'SUSPENDED',
        Status: 'SUSPENDED',
      });
    } else {
      const { RoleDetailList } = member().Iam;
      const own = RoleDetailList.filter(({ RoleName }: Piece) => !RoleName.startsWith('DhmcRollout'));
      RoleDetailList.splice(0, RoleDetailList.length, ...own);
    }
    const result = await rollBack();
    const account = result.accounts.find(({ accountId }) => accountId === MEMBER);
    const sentences = account?.findings.filter((finding) => finding.code === code).map((f) => f.sentence);
    expect(sentences).toEqual([expect.stringContaining('Changes that remain there: ')]);
    for (const region of regions)
      expect(sentences?.[0]).toMatch(new RegExp(`SetServiceSetting .* in ${region}`));
    expect(sentences?.[0]).toContain(`CreateDhmcRole arn:aws:iam::${MEMBER}:role/${DHMC_VALUE}`);
    expect(outcomesOf(result)).toEqual({});
  });

  it('when the role lost our tag, then the journal alone does not delete it', async () => {
    const role = roleOf(ROLE);
    if (role) role.Tags = [];
    const result = await rollBack();
    expect(conflictsOf(result)).toEqual([expect.stringMatching(/does not carry the tag/)]);
    expect(roleOf(ROLE)).toBeDefined();
  });

  it('when it is rolled back and enforced three times, then no one is taken for a rival', async () => {
    for (let round = 0; round < 3; round += 1) {
      await rollBack();
      expect(differences()).toEqual([]);
      enforced = await organization.run();
      expect(enforced.coverage.nonCompliant).toBe(0);
    }
  });

  it('when the run is unknown, or changed nothing, then a rollback is refused', async () => {
    await expect(rollBack('run-none')).rejects.toThrow(/no run run-none/);
    const assessed = await organization.run({ mode: 'assess' });
    await expect(rollBack(assessed.runId)).rejects.toThrow(/changed nothing/);
  });
});

describe('given a setting that named a role of another team', () => {
  it.each([
    ['is left', [], 'Other'],
    ['is gone', ['PREVIOUS_VALUE_INVALID'], null],
  ])('when the role %s at the rollback, then the notes are %j', async (_, notes, value) => {
    const [region = ''] = regions;
    await rollBack();
    const ssm = member().Regions[region]?.Ssm;
    ssm?.ServiceSettings.push({ SettingId: SETTING, SettingValue: 'Other', LastModifiedUser: SOMEONE });
    const run = await organization.run(
      {},
      { existingSetting: 'replace', allowIrreversible: false, restorableRoleArns: ['*'] },
    );
    expect(settingOf(region).SettingValue).toBe(DHMC_VALUE);
    if (value === null) {
      member().Iam.RoleDetailList = member().Iam.RoleDetailList.filter(
        ({ RoleName }: Piece) => RoleName !== 'Other',
      );
    }
    letWriterPassEverything();
    const result = await rollBack(run.runId);
    expect(targetOf(result, MEMBER, region).notes).toEqual(expect.arrayContaining(notes));
    expect(settingOf(region)?.SettingValue ?? null).toBe(value);
    expect(roleOf(ROLE)).toBeUndefined();
  });
});

function letWriterPassEverything(): void {
  const statements: Piece[] = roleOf('DhmcRolloutWriter')?.RolePolicyList.flatMap(
    ({ PolicyDocument }: Piece) => PolicyDocument.Statement,
  );
  for (const statement of statements) if (statement.Action === 'iam:PassRole') statement.Resource = '*';
}
