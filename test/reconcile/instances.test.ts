/** What the facts of instances cost, what is left of them where reads are denied, and how a change is waited for. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import type { TargetResult } from '../../functions/core/model/result.ts';
import type { AccountFile, Piece } from '../../twin/contract.ts';
import { addMemberRoles, addRole } from '../../twin/make/iam.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { regionOf } from '../../twin/make/region.ts';
import { type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization, OPERATOR } from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const EC2 = { trust: { Service: 'ec2.amazonaws.com' }, instanceProfile: true };
const HALF_HOUR = 1_800;

async function run(
  regions: number,
  shape: (account: AccountFile, regions: string[]) => void,
  input: Partial<RunInput> = { mode: 'assess' },
  configuration: Partial<Configuration> = {},
): Promise<TargetResult[]> {
  organization = await openOrganization(makeSmallOrganization({ members: 1, regions, shape }));
  const result = await organization.run({ ...input, scope: { accounts: [MEMBER] } }, configuration);
  return result.targets;
}

function addWeb(account: AccountFile, region: string, profile?: string): void {
  const instances = [0, 1].map((index) => ({
    name: `web-${index}`,
    running: true,
    ...(profile ? { profile } : {}),
  }));
  addNetwork(account, region, { shape: 'nat', name: 'main', octet: 7, instances });
}

const countOf = (operation: string) =>
  organization.twin
    .calls()
    .calls.filter((call) => call.account === MEMBER && call.operation === operation)
    .reduce((sum, call) => sum + call.count, 0);

describe('given instances with two profiles in three Regions', () => {
  it('when they are assessed, then each profile and role is asked once for all Regions', async () => {
    const targets = await run(3, (account, regions) => {
      makeCompliant(account, regions);
      addRole(account, { name: 'app', ...EC2, managed: ['AmazonSSMManagedInstanceCore'] });
      addRole(account, { name: 'batch', ...EC2 });
      for (const [index, region] of regions.entries()) addWeb(account, region, index === 2 ? 'batch' : 'app');
    });
    // The DHMC role besides, once in each Region.
    expect([countOf('GetInstanceProfile'), countOf('SimulatePrincipalPolicy')]).toEqual([2, 2 + 3]);
    const sources = targets.map(({ instances }) => instances.verdicts[0]?.credentialSource);
    expect(sources.sort()).toEqual(['DHMC', 'INSTANCE_PROFILE', 'INSTANCE_PROFILE']);
  });
});

describe('given a reader that may neither see profiles nor status checks', () => {
  it('when its account is assessed, then the sources are unknown, a note says so, and the target is judged', async () => {
    const [target] = await run(1, (account, [region = '']) => {
      makeCompliant(account, [region]);
      addRole(account, { name: 'app', ...EC2 });
      addWeb(account, region, 'app');
      const isMember = ({ RoleName }: Piece) => !String(RoleName).startsWith('DhmcRollout');
      account.Iam.RoleDetailList = account.Iam.RoleDetailList.filter(isMember);
      addMemberRoles(account, {
        operatorId: OPERATOR,
        privilege: 'least',
        readerLacks: ['iam:GetInstanceProfile'],
      });
    });
    expect(target).toMatchObject({ status: 'NON_COMPLIANT', reasons: ['INSTANCE_UNMANAGED'] });
    expect(target?.notes).toEqual(['INSTANCE_FACTS_INCOMPLETE']);
    expect(target?.instances.verdicts.map((one) => [one.verdict, one.credentialSource])).toEqual([
      ['AGENT_SILENT', null],
      ['AGENT_SILENT', null],
    ]);
  });
});

describe('given hybrid nodes beside instances', () => {
  it('when they are assessed, then they are counted apart, with the activations that have expired', async () => {
    const [target] = await run(1, (account, [region = '']) => {
      makeCompliant(account, [region]);
      addWeb(account, region);
      const { Ssm } = regionOf(account, region);
      const activation = (id: string, ExpirationDate: string) => ({ ActivationId: id, ExpirationDate });
      const node = (InstanceId: string, ActivationId: string) => ({
        InstanceId,
        ActivationId,
        PingStatus: 'Online',
        ResourceType: 'ManagedInstance',
      });
      Ssm.InstanceInformationList.push(node('mi-0a', 'old'), node('mi-0b', 'new'));
      Ssm.Activations.push(
        activation('old', '2026-01-01T00:00:00+00:00'),
        activation('new', '2027-01-01T00:00:00+00:00'),
        activation('of-another-team', '2026-01-01T00:00:00+00:00'),
      );
    });
    expect(target?.instances).toMatchObject({ running: 2, hybridNodes: 2, expiredActivations: ['old'] });
    expect(target?.notes).toEqual(['HYBRID_NODES_NOT_COVERED']);
    expect(countOf('DescribeActivations')).toBe(1);
  });
});

describe('given an account without DHMC, whose instances have a path', () => {
  const enforce = (settle: Configuration['settle']) =>
    run(1, (account, [region = '']) => addWeb(account, region), { mode: 'enforce' }, { settle });

  it('when it is enforced without settle passes, then the target is converging until agents have picked it up', async () => {
    const [target] = await enforce({ passes: 0, waitSeconds: [] });
    expect(target).toMatchObject({
      status: 'CONVERGING',
      reasons: ['AWAITING_AGENT'],
      instances: { managed: 0, byVerdict: { AWAITING_AGENT: 2 } },
      retry: true,
    });
  });

  it('when it is enforced with time for them, then a later pass of the same run finds them managed', async () => {
    const [target] = await enforce({ passes: 2, waitSeconds: [HALF_HOUR] });
    expect(target).toMatchObject({
      status: 'COMPLIANT',
      reasons: [],
      instances: { managed: 2, byVerdict: { MANAGED: 2 } },
    });
  });

  it('when it is only assessed, then enforce is said to put it right', async () => {
    const [target] = await run(1, (account, [region = '']) => addWeb(account, region));
    expect(target?.reasons).toEqual(['DHMC_ROLE_MISSING', 'INSTANCE_UNMANAGED', 'SETTING_NOT_SET']);
    expect(target?.instances.byVerdict).toEqual({ NO_CREDENTIALS: 2 });
  });
});
