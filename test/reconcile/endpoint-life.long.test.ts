/** Endpoints from the first call to the last: errors of AWS, lost answers, budgets, drift, removal. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece } from '../../twin/contract.ts';
import type { FaultFile } from '../../twin/faults-file.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { type Organization, openOrganization, targetOf } from './organization.ts';
import { MEMBER, makeOneRegion } from './small-organization.ts';

const scope = { accounts: [MEMBER] };
const provision = { endpoints: 'provision' as const };
const DAY = 86_400;
/** Until an agent uses DHMC, on the twin's clock; the target is CONVERGING as long. */
const HALF_HOUR = 1_800;

let organization: Organization;
let region: string;
afterEach(() => organization.close());

async function open(vpcs: number): Promise<void> {
  const made = makeOneRegion((account, at) => {
    for (let index = 0; index < vpcs; index += 1) {
      const instances = [{ name: `web-${index}`, running: true }];
      addNetwork(account, at, { shape: 'isolated', name: `v${index}`, octet: 9 + index, instances });
    }
  });
  region = made.region;
  organization = await openOrganization(made.snapshot);
}

const enforce = (more: Partial<Configuration> = {}) =>
  organization.run(
    { scope },
    { ...provision, settle: { passes: 3, waitSeconds: [150, 150, HALF_HOUR] }, ...more },
  );
const target = (result: RunResult) => targetOf(result, MEMBER, region);
const ec2 = (): Piece => organization.twin.state.region(MEMBER, region).Ec2;
const outcomes = (result: RunResult) =>
  target(result).changes.map(({ kind, outcome }) => `${kind} ${outcome}`);
const fault = (operation: string, effect: FaultFile['faults'][number]['effect'], times = 1) =>
  organization.twin.setFaults({
    seed: 1,
    faults: [{ match: { operation, nth: 1 }, effect, times }],
  } as FaultFile);

describe('given two VPCs without egress, when AWS refuses the first endpoint', () => {
  it.each([
    ['VpcEndpointLimitExceeded', 'You have reached the limit', 'WRITE_FAILED', /quota/],
    ['InvalidParameter', 'conflicting DNS domain for ssm', 'PRIVATE_DNS_CONFLICT', /private DNS name/],
    [
      'InvalidParameter',
      'does not support the availability zone of the subnet',
      'ENDPOINT_ZONE_UNSUPPORTED',
      /Zone/,
    ],
    [
      'InsufficientFreeAddressesInSubnet',
      'not enough free addresses',
      'ENDPOINT_SUBNET_FULL',
      /free address/,
    ],
    ['UnauthorizedOperation', 'You are not authorized', 'ACCESS_DENIED', /CreateVpcEndpoint/],
  ])(
    'by %s (%s), then %s says so and the other VPC has its endpoints',
    async (code, message, reason, words) => {
      await open(2);
      fault('CreateVpcEndpoint', { error: { code, message, status: 400 } });
      const result = await enforce({ settle: { passes: 0, waitSeconds: [] } });
      const finding = target(result).findings.find((one) => one.code === reason);
      expect(finding?.sentence).toMatch(words);
      expect(finding?.subject).toMatch(/^vpc-/);
      expect(outcomes(result).filter((one) => one === 'CreateInterfaceEndpoint APPLIED')).toHaveLength(3);
      expect(outcomes(result).filter((one) => one === 'CreateInterfaceEndpoint FAILED')).toHaveLength(1);
      expect(outcomes(result).filter((one) => one === 'CreateInterfaceEndpoint PLANNED')).toHaveLength(2);
    },
  );
});

describe('given a VPC without egress', () => {
  it.each(['CreateSecurityGroup', 'AuthorizeSecurityGroupIngress', 'CreateVpcEndpoint'])(
    'when the answer to %s gets lost, then everything is made once',
    async (operation) => {
      await open(1);
      fault(operation, { drop: 'after' });
      const result = await enforce();
      expect(target(result)).toMatchObject({ status: 'COMPLIANT', reasons: [] });
      expect(ec2().VpcEndpoints).toHaveLength(3);
      const groups = (ec2().SecurityGroups as Piece[]).filter(({ GroupName }) => /dhmc/.test(GroupName));
      expect(groups.map(({ IpPermissions }) => IpPermissions.length)).toEqual([1]);
    },
  );

  it('when endpointPolicy is organization, then agents come Online through it, and a prune can be rolled back', async () => {
    await open(1);
    const settings = { endpointPolicy: 'organization' as const };
    const result = await enforce(settings);
    expect(target(result)).toMatchObject({ status: 'COMPLIANT', reasons: [] });
    expect(target(result).notes).not.toContain('ENDPOINT_POLICY_UNDECIDED');
    const policies = () => (ec2().VpcEndpoints as Piece[]).map(({ PolicyDocument }) => PolicyDocument);
    const ids = () => (ec2().VpcEndpoints as Piece[]).map(({ VpcEndpointId }) => VpcEndpointId);
    const [made, first] = [policies(), ids()];
    expect(made).toHaveLength(3);
    expect(made.every((one) => one.includes('aws:PrincipalOrgID'))).toBe(true);

    ec2().Instances = [];
    await enforce(settings);
    organization.twin.state.clock.advance(20 * DAY);
    const pruned = await enforce({ ...settings, prune: true, pruneAfterDays: 14 });
    expect(outcomes(pruned)).toContain('DeleteInterfaceEndpoint APPLIED');
    organization.twin.state.clock.advance(600);
    await organization.run({ mode: 'rollback', rollbackOf: pruned.runId, scope }, provision);
    expect(ids()).not.toEqual(first);
    expect(policies()).toEqual(made);
  });

  it('when our rule is taken away, then it is put back, and nothing else is made', async () => {
    await open(1);
    await enforce();
    const group = (ec2().SecurityGroups as Piece[]).find(({ GroupName }) => /dhmc/.test(GroupName));
    Object.assign(group ?? {}, { IpPermissions: [] });
    const assessed = await organization.run({ mode: 'assess', scope }, provision);
    expect(target(assessed).reasons).toContain('ENDPOINT_DRIFTED');
    const result = await enforce();
    expect(outcomes(result)).toEqual(['AllowEndpointIngress APPLIED']);
    expect(target(result)).toMatchObject({ status: 'COMPLIANT' });
  });

  it('when its DNS attributes are off and enableVpcDns is on, then they are turned on first', async () => {
    await open(1);
    const [vpcId = ''] = Object.keys(ec2().VpcAttributes);
    ec2().VpcAttributes[vpcId] = { EnableDnsSupport: true, EnableDnsHostnames: false };
    const result = await enforce({ enableVpcDns: true });
    expect(outcomes(result).slice(0, 2)).toEqual([
      'EnableVpcDns APPLIED',
      'CreateEndpointSecurityGroup APPLIED',
    ]);
    expect(ec2().VpcAttributes[vpcId].EnableDnsHostnames).toBe(true);
    const journal = await organization.state.store.listJournal(MEMBER);
    expect(journal[0]).toMatchObject({ kind: 'EnableVpcDns', inverse: { hostnames: false, support: null } });
  });

  it('when a group carries our tag but is not in the journal, then it is left alone', async () => {
    await open(1);
    const [like] = ec2().SecurityGroups as [Piece];
    const Tags = [{ Key: 'dhmc-rollout:managed', Value: 'true' }];
    ec2().SecurityGroups.push({ ...like, GroupId: 'sg-0f', GroupName: 'dhmc-rollout-endpoints', Tags });
    const result = await enforce();
    expect(outcomes(result)[0]).toBe('CreateEndpointSecurityGroup APPLIED');
    expect(
      (ec2().SecurityGroups as Piece[]).find(({ GroupId }) => GroupId === 'sg-0f')?.IpPermissions,
    ).toEqual(like.IpPermissions);
  });
});

describe('given two VPCs and a budget for one', () => {
  it.each(['assess', 'enforce'] as const)('when the run is to %s, then one gets endpoints', async (mode) => {
    await open(2);
    const result = await organization.run({ mode, scope }, { ...provision, maxMonthlyUsd: 30 });
    const creations = target(result).changes.filter(({ kind }) => kind === 'CreateInterfaceEndpoint');
    expect(creations).toHaveLength(3);
    expect(target(result).reasons).toContain('BUDGET_EXCEEDED');
    expect(target(result).vpcs.filter(({ reasons }) => reasons.includes('BUDGET_EXCEEDED'))).toHaveLength(1);
    expect(result.monthlyCostUsd.planned).toBeLessThanOrEqual(30);
  });
});

describe('given a VPC with endpoints of ours, when its instance is terminated', () => {
  it('then they are listed at once, and removed by prune: true after pruneAfterDays', async () => {
    await open(1);
    const before = await enforce();
    expect(before.monthlyCostUsd.current).toBeGreaterThan(0);
    ec2().Instances = [];

    const unneeded = await enforce();
    const saved = before.monthlyCostUsd.current;
    expect(target(unneeded).notes).toEqual(['ENDPOINTS_UNNEEDED']);
    expect(target(unneeded).vpcs[0]?.prunable).toMatchObject({
      monthlyUsdSaved: saved,
      because: 'NO_INSTANCES',
    });
    expect(unneeded.monthlyCostUsd.current).toBe(saved);

    organization.twin.state.clock.advance(5 * DAY);
    expect(outcomes(await enforce({ prune: true, pruneAfterDays: 14 }))).toEqual([]);
    organization.twin.state.clock.advance(10 * DAY);
    expect(outcomes(await enforce())).toEqual([]);

    const planned = await organization.run(
      { mode: 'assess', scope },
      { ...provision, prune: true, pruneAfterDays: 14 },
    );
    expect(planned.monthlyCostUsd).toEqual({ current: saved, planned: 0 });
    const pruned = await enforce({ prune: true, pruneAfterDays: 14 });
    expect(outcomes(pruned)).toEqual(Array(3).fill('DeleteInterfaceEndpoint APPLIED'));
    expect(pruned.monthlyCostUsd).toEqual({ current: 0, planned: 0 });
  }, 30_000);
});
