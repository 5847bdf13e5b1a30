/** What comes between a plan and the setting: what it sets off, another controller, what cannot be rolled back. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { Piece } from '../../twin/contract.ts';
import { addDhmcRole } from '../../twin/make/iam.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { setSetting } from '../../twin/make/region.ts';
import { changesOf, type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeSmallOrganization, type SmallOrganization } from './small-organization.ts';

let organization: Organization;
let home = '';
afterEach(() => organization.close());

async function open(shape: NonNullable<SmallOrganization['shape']>): Promise<void> {
  organization = await openOrganization(
    makeSmallOrganization({
      members: 1,
      regions: 2,
      shape: (account, regions, index) => {
        home = regions[0] ?? '';
        addDhmcRole(account, { ours: true });
        shape(account, regions, index);
      },
    }),
    undefined,
    { pages: 'small' },
  );
}

const enforce = (more: Partial<Configuration> = {}) =>
  organization.run({ scope: { accounts: [MEMBER] } }, { instancesCount: false, ...more });
const settings = (): Piece[] => organization.twin.state.region(MEMBER, home).Ssm.ServiceSettings;

describe('given instances that are to become managed, and associations', () => {
  const associations = [
    ...Array.from({ length: 7 }, (_, index) => ({
      AssociationId: `own-${index}`,
      Name: 'AWS-RunShellScript',
      Targets: [{ Key: 'InstanceIds', Values: [`i-${index}`] }],
    })),
    {
      AssociationId: 'patching',
      AssociationName: 'nightly-patching',
      Name: 'AWS-RunPatchBaseline',
      Targets: [{ Key: 'tag:Patch', Values: ['yes'] }],
    },
    { AssociationId: 'all', Name: 'AWS-UpdateSSMAgent', Targets: [{ Key: 'InstanceIds', Values: ['*'] }] },
  ];
  const openWithAssociations = () =>
    open((account, regions) => {
      const instances = [{ name: 'web', running: true }];
      addNetwork(account, regions[0] ?? '', { shape: 'nat', name: 'v', octet: 4, instances });
      for (const region of Object.values(account.Regions)) region.Ssm.Associations = associations;
    });
  const listings = () =>
    organization.twin.calls().calls.filter(({ operation }) => operation === 'ListAssociations').length;

  it('when the setting is made, then it names those that run on new nodes, and asks only once and where some run', async () => {
    await openWithAssociations();
    const result = await enforce();
    const target = targetOf(result, MEMBER, home);
    expect(target.notes).toContain('ASSOCIATIONS_WILL_APPLY');
    expect(target.changes).toMatchObject([
      { outcome: 'APPLIED', detail: { associations: ['AWS-UpdateSSMAgent', 'nightly-patching'] } },
    ]);
    const idle = result.targets.find(({ accountId, region }) => accountId === MEMBER && region !== home);
    expect([idle?.notes, idle?.changes[0]?.detail.associations]).toEqual([[], undefined]);
    const before = listings();
    expect(before).toBeGreaterThan(0);
    await enforce();
    expect(listings()).toBe(before);
  });

  it('when they must be acknowledged, then the setting waits until they are', async () => {
    await openWithAssociations();
    const requireAssociationAck = true;
    const held = targetOf(await enforce({ requireAssociationAck }), MEMBER, home);
    expect(held.reasons).toEqual(['ASSOCIATIONS_NOT_ACKNOWLEDGED', 'SETTING_NOT_SET']);
    expect(held.changes).toEqual([]);
    expect(settings()).toEqual([]);

    const acknowledgedAssociations = ['AWS-UpdateSSMAgent', 'nightly-patching'];
    const done = await enforce({ requireAssociationAck, acknowledgedAssociations });
    expect(changesOf(done, MEMBER)).toContain('SetServiceSetting APPLIED');
  });
});

describe('given another controller that takes our setting away', () => {
  it('when it did so twice, then it is named and our value is not written a third time', async () => {
    await open(() => {});
    const takeAway = () => {
      const [setting] = settings();
      if (!setting) throw new Error('nothing is set');
      setting.SettingValue = '$None';
      setting.LastModifiedUser = `arn:aws:sts::${MEMBER}:assumed-role/QuickSetup/stack`;
    };
    for (let time = 0; time < 2; time += 1) {
      expect(changesOf(await enforce(), MEMBER)).toContain('SetServiceSetting APPLIED');
      takeAway();
    }
    const before = organization.mutatingCalls();
    const contested = await enforce();
    expect(organization.mutatingCalls()).toBe(before);
    const target = targetOf(contested, MEMBER, home);
    expect([target.status, target.reasons]).toEqual([
      'NON_COMPLIANT',
      ['SETTING_CONTESTED', 'SETTING_NOT_SET'],
    ]);
    expect(target.findings.find(({ code }) => code === 'SETTING_CONTESTED')?.sentence).toContain(
      'QuickSetup',
    );
  });
});

describe('given a setting that names a role which is gone, and existingSetting: replace', () => {
  const replace = { existingSetting: 'replace' as const };
  const openWithLostRole = () =>
    open((account, regions) => setSetting(account, regions[0] ?? '', 'ops/GoneRole'));

  it('when it is enforced, then it is left, since it could not be put back', async () => {
    await openWithLostRole();
    const result = await enforce(replace);
    expect(targetOf(result, MEMBER, home).reasons).toEqual(['NOT_REVERSIBLE', 'SETTING_FOREIGN_ROLE_UNFIT']);
    expect(settings()[0]?.SettingValue).toBe('ops/GoneRole');
  });

  it('when it may be irreversible, then it is replaced, and rollback resets it and says that the former value is lost', async () => {
    await openWithLostRole();
    const done = await enforce({ ...replace, allowIrreversible: true });
    expect(changesOf(done, MEMBER)).toContain('SetServiceSetting APPLIED');
    const back = await organization.run({ mode: 'rollback', rollbackOf: done.runId }, replace);
    const target = targetOf(back, MEMBER, home);
    expect(target.notes).toContain('PREVIOUS_VALUE_INVALID');
    expect(target.setting.observed).toBe(null);
  });
});

describe('given settings that no role of the account can answer to', () => {
  it("when they are assessed, then another account's role and a name that IAM refuses are unfit, not ours and no error", async () => {
    await open((account, [first = '', second = '']) => {
      const ours = 'service-role/AWSSystemsManagerDefaultEC2InstanceManagementRole';
      setSetting(account, first, `arn:aws:iam::999999999999:role/${ours}`);
      setSetting(account, second, ` ${ours} `);
    });
    const { targets } = await enforce();
    expect(targets.filter(({ accountId }) => accountId === MEMBER).map(({ reasons }) => reasons)).toEqual([
      ['SETTING_FOREIGN_ROLE_UNFIT'],
      ['SETTING_FOREIGN_ROLE_UNFIT'],
    ]);
  });
});

describe('given our role, its trust policy changed, and no setting', () => {
  it('when the trust is repaired, then Systems Manager is asked until it sees that, and the setting is made', async () => {
    await open((account) => {
      const [role] = account.Iam.RoleDetailList.slice(-1);
      role.AssumeRolePolicyDocument.Statement[0].Principal = { Service: 'ec2.amazonaws.com' };
    });
    const { changes, status } = targetOf(await enforce(), MEMBER, home);
    expect([status, changes.map(({ outcome }) => outcome)]).toEqual(['COMPLIANT', ['APPLIED']]);
    const results = organization.twin
      .calls()
      .calls.filter(({ operation, account }) => operation === 'UpdateServiceSetting' && account === MEMBER)
      .map(({ result }) => result);
    expect(results).toEqual(expect.arrayContaining(['ok', 'ValidationException']));
  });
});
