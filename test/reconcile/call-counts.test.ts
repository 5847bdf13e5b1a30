import { afterEach, describe, expect, it } from '@jest/globals';
import type { CallCount } from '../../twin/calls.ts';
import { addNetwork, type NewNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { makeSharedOrganization } from './shared-network.ts';
import {
  MEMBER,
  makeCompliant,
  makeOneRegion,
  makeSmallOrganization,
  OPERATOR,
} from './small-organization.ts';

let organization: Organization;
afterEach(() => organization.close());

const count = (calls: CallCount[]) => calls.reduce((sum, call) => sum + call.count, 0);
const names = (calls: CallCount[]) => [...new Set(calls.map((call) => call.operation))].sort();

describe('given one account that is compliant in 17 Regions without instances', () => {
  it('when it is reconciled, then it costs 5 calls for the account and 2 for each Region', async () => {
    organization = await openOrganization(
      makeSmallOrganization({ members: 1, regions: 17, shape: makeCompliant }),
    );
    const result = await organization.run({ scope: { accounts: [MEMBER] } });
    const { calls } = organization.twin.calls();
    const inside = calls.filter((call) => call.account === MEMBER);
    const entries = calls.filter((call) => call.account === OPERATOR && call.operation === 'AssumeRole');
    const regional = inside.filter((call) => ['ssm', 'ec2'].includes(call.service));
    const global = inside.filter((call) => !regional.includes(call));

    expect(result.coverage).toMatchObject({ accounts: 1, targets: 17, compliant: 17 });
    expect([count(entries), count(global), count(regional)]).toEqual([1, 4, 34]);
    expect(names(global)).toEqual(['GetRole', 'ListAttachedRolePolicies', 'ListRegions', 'ListRolePolicies']);
    expect(names(regional)).toEqual(['DescribeInstances', 'GetServiceSetting']);
  });
});

describe('given a VPC that its owner shares', () => {
  const ownerCalls = async (participants: number, concurrency: number) => {
    organization = await openOrganization(makeSharedOrganization(participants).snapshot);
    const settings = { endpoints: 'provision' as const, settle: { passes: 0, waitSeconds: [] }, concurrency };
    const result = await organization.run({ mode: 'assess' }, settings);
    expect(result.targets.filter(({ reasons }) => reasons.includes('VPC_OWNER_MANAGED'))).toHaveLength(
      participants,
    );
    const calls = organization.twin.calls().calls.filter((call) => call.account === MEMBER);
    return calls.map(({ operation, count: made }) => `${operation} ${made}`).sort();
  };

  it('when six participants are assessed, one by one or at once, then the owner is asked as often as for one', async () => {
    const forOne = await ownerCalls(1, 1);
    expect(forOne).toContain('DescribeSubnets 1');
    await organization.close();
    expect(await ownerCalls(6, 1)).toEqual(forOne);
    await organization.close();
    expect(await ownerCalls(6, 6)).toEqual(forOne);
  });
});

describe('given an account with everything to make in 4 Regions', () => {
  it('when it is enforced, then reader and writer are assumed once each, and each change of the role is read alone', async () => {
    organization = await openOrganization(makeSmallOrganization({ members: 1, regions: 4 }));
    await organization.run({ scope: { accounts: [MEMBER] } });
    const { calls } = organization.twin.calls();
    expect(count(calls.filter((call) => call.operation === 'AssumeRole'))).toBe(2);
    expect(names(calls.filter((call) => call.mutates))).toEqual([
      'AttachRolePolicy',
      'CreateRole',
      'UpdateServiceSetting',
    ]);
    const ofRole = Map.groupBy(
      calls.filter((call) => call.service === 'iam' && !call.mutates),
      ({ operation }) => operation,
    );
    // The look, the re-read and the read-back of CreateRole; the re-read and the read-back of AttachRolePolicy.
    expect([...ofRole].map(([operation, each]) => [operation, count(each)])).toEqual([
      ['GetRole', 3],
      ['ListAttachedRolePolicies', 2],
    ]);
  });
});

describe('given a Region with one VPC of 50 instances', () => {
  const instances = Array.from({ length: 50 }, (_, index) => ({ name: `web-${index}`, running: true }));
  const regionReads = async (network: Partial<NewNetwork>) => {
    const { snapshot, region } = makeOneRegion((account, at) => {
      addNetwork(account, at, { shape: 'nat', name: 'main', octet: 7, instances, ...network });
    });
    organization = await openOrganization(snapshot);
    const result = await organization.run({ mode: 'assess', scope: { accounts: [MEMBER] } });
    const { calls } = organization.twin.calls();
    const global = ['iam', 'account', 'sts', 'organizations'];
    const reads = calls.filter((call) => call.account === MEMBER && !global.includes(call.service));
    return { target: targetOf(result, MEMBER, region), reads };
  };

  it('when nothing is known of what its NAT gateway lets through, then 18 reads are enough, status checks and DNS attributes among them', async () => {
    const { target, reads } = await regionReads({});
    expect(target.vpcs.map(({ path }) => path)).toEqual(['INTERNET']);
    expect(count(reads)).toBeLessThanOrEqual(18);
    expect(names(reads)).toContain('DescribeInstanceStatus');
    expect(names(reads)).toContain('DescribeVpcAttribute');
  });

  it('when they are Online, then besides the lists only what may capture ssmmessages is read: 15 reads', async () => {
    const online = instances.map((instance) => ({ ...instance, online: true }));
    const { target, reads } = await regionReads({ instances: online });
    expect(target.vpcs.map(({ path }) => path)).toEqual(['PROVEN']);
    expect(names(reads)).toContain('ListHostedZonesByVPC');
    expect(names(reads)).not.toContain('DescribeVpcAttribute');
    expect(names(reads)).not.toContain('DescribeInstanceStatus');
    expect(count(reads)).toBe(15);
  });

  it('when it has no egress, then what endpoints would need is read as well: 19 reads', async () => {
    const { target, reads } = await regionReads({ shape: 'isolated' });
    expect(target.reasons).toEqual(['INSTANCE_UNMANAGED', 'NO_PATH_TO_SSM']);
    expect(count(reads)).toBe(19);
  });

  it('when endpoints is off, then no network is read', async () => {
    organization = await openOrganization(
      makeSmallOrganization({
        members: 1,
        regions: 1,
        shape: (account, [region = '']) => {
          makeCompliant(account, [region]);
          addNetwork(account, region, { shape: 'isolated', name: 'main', octet: 7, instances });
        },
      }),
    );
    const result = await organization.run({ scope: { accounts: [MEMBER] } }, { endpoints: 'off' });
    const ec2 = organization.twin
      .calls()
      .calls.filter((call) => call.account === MEMBER && call.service === 'ec2');
    // Without the network nothing says why the agents are silent.
    expect(result.targets[0]).toMatchObject({
      reasons: ['INSTANCE_UNMANAGED'],
      instances: { byVerdict: { PATH_UNKNOWN: 50 } },
    });
    expect(names(ec2)).toEqual(['DescribeInstanceStatus', 'DescribeInstances']);
  });
});
