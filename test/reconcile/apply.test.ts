/** A plan carried out by itself: what follows where a change fails, time runs out, or the role is fresh. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assumeMemberRole } from '../../functions/aws/assume-role.ts';
import { type ClientPool, createClientPool } from '../../functions/aws/client-pool.ts';
import type { Change } from '../../functions/core/model/change.ts';
import type { Clock } from '../../functions/platform/clock.ts';
import type { Log, LogFields } from '../../functions/platform/log.ts';
import { type ApplyContext, applyPlan } from '../../functions/reconcile/apply.ts';
import { createPacer } from '../../functions/reconcile/pacer.ts';
import type { Piece } from '../../twin/contract.ts';
import type { FaultFile } from '../../twin/faults-file.ts';
import { addDhmcRole, DHMC_POLICY, DHMC_ROLE } from '../../twin/make/iam.ts';
import { addNetwork } from '../../twin/make/network.ts';
import { DHMC_VALUE, regionOf } from '../../twin/make/region.ts';
import { type Organization, openOrganization } from './organization.ts';
import { MEMBER, makeSmallOrganization } from './small-organization.ts';

const RUN = 'run-1';
const ENDPOINT = 'vpce-00000000000000001';
const DENIED = { error: { code: 'AccessDeniedException', message: 'not authorized', status: 403 } };
const UNKNOWN_ROLE = { error: { code: 'ValidationException', message: 'Nonexistent role', status: 400 } };

let organization: Organization;
let pool: ClientPool;
let regions: string[];
let vpcs: string[];
let clock: Clock;
/** Seconds of each wait. */
let slept: number[];
let logged: [string, LogFields | undefined][];

async function open(hasRole: boolean): Promise<void> {
  organization = await openOrganization(
    makeSmallOrganization({
      members: 1,
      regions: 2,
      shape: (account, all) => {
        regions = all;
        if (hasRole) addDhmcRole(account, { ours: true });
        for (const name of ['one', 'two', 'three'])
          addNetwork(account, all[0] ?? '', { shape: 'isolated', name, octet: name.length, instances: [] });
        const { Ec2 } = regionOf(account, all[0] ?? '');
        vpcs = Object.keys(Ec2.VpcAttributes).slice(0, 2);
        Ec2.VpcEndpoints = [endpointOf(Ec2)];
        for (const vpcId of vpcs)
          Ec2.VpcAttributes[vpcId] = { EnableDnsSupport: false, EnableDnsHostnames: false };
      },
    }),
  );
  pool = createClientPool(organization.connection);
  slept = [];
  logged = [];
  const { state } = organization.twin;
  // It moves only by waiting.
  let now = state.clock.now().getTime();
  clock = {
    now: () => new Date(now),
    sleep: async (milliseconds) => {
      slept.push(milliseconds / 1_000);
      now += milliseconds;
      state.clock.advance(milliseconds / 1_000);
    },
    activity: (work) => work(),
    together: (_limit, work) => Promise.all(work.map((each) => each())),
  };
}

/** An endpoint in the third VPC, whose DNS is on, as the twin keeps it. */
function endpointOf({ Subnets, SecurityGroups }: Piece): Piece {
  const [subnet, group] = [Subnets.at(-1), SecurityGroups.at(-1)];
  return {
    VpcEndpointId: ENDPOINT,
    VpcEndpointType: 'Interface',
    VpcId: subnet.VpcId,
    ServiceName: `com.amazonaws.${regions[0]}.ssm`,
    State: 'available',
    RouteTableIds: [],
    SubnetIds: [subnet.SubnetId],
    Groups: [{ GroupId: group.GroupId, GroupName: group.GroupName }],
    IpAddressType: 'ipv4',
    PrivateDnsEnabled: true,
    RequesterManaged: false,
    NetworkInterfaceIds: [],
    DnsEntries: [],
    CreationTimestamp: '2026-10-01T00:00:00Z',
    Tags: [],
    OwnerId: MEMBER,
  };
}

async function apply(
  changes: Change[],
  more: Partial<ApplyContext> = {},
  vpcOf: Record<string, string> = {},
) {
  const sessionOf = async (roleName: string) => {
    const role = { partition: 'aws', accountId: MEMBER, roleName, externalId: null, sessionName: RUN };
    const answer = await assumeMemberRole(pool, role);
    if (answer.kind === 'failed') throw new Error(answer.failure.message);
    return answer.clients;
  };
  let seq = 1;
  const note = (message: string, fields?: LogFields) => {
    logged.push([message, fields]);
  };
  const log: Log = { debug: note, info: note, warn: note, error: note, about: () => log };
  const outcome = await applyPlan(
    { accountId: MEMBER, changes, vpcOf },
    {
      reader: await sessionOf('DhmcRolloutReader'),
      writer: await sessionOf('DhmcRolloutWriter'),
      store: organization.state.store,
      clock,
      runId: RUN,
      nextSeq: () => seq++,
      resourceTags: {},
      deadline: { remainingMilliseconds: () => 200_000 },
      signal: undefined,
      log,
      roleChangedAt: null,
      pacer: createPacer(clock, true),
      ...more,
    },
  );
  const journal = await organization.state.store.listJournal(MEMBER);
  return {
    outcomes: outcome.results.map(({ outcome: end }) => end),
    attempted: journal.sort((one, other) => one.seq - other.seq).map(({ changeId }) => changeId),
    codes: Object.fromEntries(
      [...outcome.findings].map(([region, found]) => [region, found.map(({ code }) => code)]),
    ),
    ...outcome,
  };
}

const fault = (operation: string, effect: FaultFile['faults'][number]['effect'], times = 1) =>
  organization.twin.setFaults({
    seed: 1,
    faults: [{ match: { operation, account: MEMBER, nth: 1 }, effect, times }],
  } as FaultFile);
const callsOf = (operation: string) =>
  organization.twin
    .calls()
    .calls.filter((call) => call.operation === operation && call.account === MEMBER)
    .reduce((sum, { count }) => sum + count, 0);

const head = (id: string) => ({ id, accountId: MEMBER, resource: id, monthlyCostUsd: 0 });
const createRole = (): Change => ({
  ...head('create'),
  region: null,
  action: {
    kind: 'CreateDhmcRole',
    roleName: DHMC_ROLE,
    path: '/service-role/',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ssm.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    permissionsBoundaryArn: null,
    description: 'DHMC',
  },
  expected: { exists: false },
  inverse: { kind: 'DeleteDhmcRole', roleName: DHMC_ROLE },
});
const attach = (): Change => {
  const role = { roleName: DHMC_ROLE, policyArn: `arn:aws:iam::aws:policy/${DHMC_POLICY}` };
  return {
    ...head('attach'),
    region: null,
    action: { kind: 'AttachDhmcRolePolicy', ...role },
    expected: { attached: false },
    inverse: { kind: 'DetachDhmcRolePolicy', ...role },
  };
};
const set = (index: number, expected = '$None'): Change => ({
  ...head(`set-${index}`),
  region: regions[index] ?? '',
  action: { kind: 'SetServiceSetting', value: DHMC_VALUE },
  expected: { value: expected },
  inverse: { kind: 'ResetServiceSetting' },
});
const dns = (vpc: number, attribute: 'support' | 'hostnames'): Change => {
  const vpcId = vpcs[vpc] ?? '';
  const only = <T>(value: T) => ({
    support: attribute === 'support' ? value : null,
    hostnames: attribute === 'hostnames' ? value : null,
  });
  return {
    ...head(`${attribute}-${vpc}`),
    region: regions[0] ?? '',
    action: { kind: 'EnableVpcDns', vpcId, ...only(true as const) },
    expected: only(false),
    inverse: { kind: 'RestoreVpcDns', vpcId, ...only(false as const) },
  };
};
/** Turns an endpoint's private DNS off, as a step before another change. */
const privateDnsOff = (expected = true): Change => {
  const [endpoint]: Piece[] = organization.twin.state.region(MEMBER, regions[0] ?? '').Ec2.VpcEndpoints;
  const action = {
    kind: 'ModifyInterfaceEndpoint' as const,
    endpointId: ENDPOINT,
    addSubnetIds: [],
    removeSubnetIds: [],
    addGroups: [],
    removeGroups: [],
  };
  return {
    ...head('off'),
    region: regions[0] ?? '',
    action: { ...action, privateDns: false },
    expected: {
      subnetIds: endpoint?.SubnetIds,
      groupIds: endpoint?.Groups.map(({ GroupId }: Piece) => GroupId),
      privateDns: expected,
    },
    inverse: { ...action, privateDns: true },
  };
};
const hasPrivateDns = () =>
  organization.twin.state.region(MEMBER, regions[0] ?? '').Ec2.VpcEndpoints[0].PrivateDnsEnabled;
const inVpcs = () =>
  Object.fromEntries(
    vpcs.flatMap((vpcId, index) => [
      [`support-${index}`, vpcId],
      [`hostnames-${index}`, vpcId],
    ]),
  );

afterEach(async () => {
  pool.destroy();
  await organization.close();
});

describe('Given a plan that makes the role and sets it in two Regions', () => {
  beforeEach(() => open(false));

  it.each([
    ['CreateRole', ['FAILED', 'PLANNED', 'PLANNED', 'PLANNED'], ['create']],
    ['AttachRolePolicy', ['APPLIED', 'FAILED', 'PLANNED', 'PLANNED'], ['create', 'attach']],
  ])(
    'When %s is denied, Then nothing that needs the role is tried: %j',
    async (operation, outcomes, attempted) => {
      fault(operation, { error: { code: 'AccessDenied', message: 'not authorized', status: 403 } });
      const seen = await apply([createRole(), attach(), set(0), set(1)]);
      expect([seen.outcomes, seen.attempted, seen.roleDone]).toEqual([outcomes, attempted, false]);
      expect(seen.roleFindings).toHaveLength(1);
      expect(seen.findings.size).toBe(0);
      expect(callsOf('UpdateServiceSetting')).toBe(0);
    },
  );

  it('When the run was asked to end before, Then nothing is tried', async () => {
    const seen = await apply([createRole(), attach(), set(0)], { signal: AbortSignal.abort() });
    expect([seen.outcomes, seen.attempted, seen.roleDone]).toEqual([
      ['PLANNED', 'PLANNED', 'PLANNED'],
      [],
      false,
    ]);
  });

  it('When all is well, Then the role comes first, one Region tries it, and the other follows once it is known', async () => {
    const seen = await apply([createRole(), attach(), set(0), set(1), dns(0, 'support')], {}, inVpcs());
    expect([seen.outcomes, seen.roleDone]).toEqual([Array(5).fill('APPLIED'), true]);
    expect(seen.roleFindings).toEqual([]);
    expect(seen.attempted).toEqual(['create', 'attach', 'support-0', 'set-0', 'set-1']);
    // A VPC's changes need no role, and do not wait for it.
    expect(slept[0]).toBe(10);
    expect([...seen.settings].sort()).toEqual(regions.map((region) => [region, DHMC_VALUE]).sort());
  });

  it('When Systems Manager never learns of the role, Then one Region tries for two minutes and says so, and no more', async () => {
    fault('UpdateServiceSetting', UNKNOWN_ROLE, 1_000);
    const { outcomes, codes } = await apply([createRole(), attach(), set(0)]);
    expect(outcomes).toEqual(['APPLIED', 'APPLIED', 'PLANNED']);
    expect(codes).toEqual({ [regions[0] ?? '']: ['DHMC_ROLE_PROPAGATING'] });
    expect(slept).toEqual([10, ...Array(22).fill(5)]);
  });
});

describe('Given a role that is there', () => {
  beforeEach(() => open(true));

  it.each([
    ['just now', 0, [10]],
    ['four seconds ago', 4, [6]],
    ['ten seconds ago', 10, []],
    ['a quarter of an hour ago', 900, []],
  ])(
    'When it was repaired %s, Then the first try waits until it is ten seconds old',
    async (_when, age, waits) => {
      const roleChangedAt = clock.now().getTime() - age * 1_000;
      const { outcomes } = await apply([set(0), set(1)], { roleChangedAt });
      expect([outcomes, slept]).toEqual([['APPLIED', 'APPLIED'], waits]);
    },
  );

  it('When it is long known and refused, Then that is a failure and nothing to wait for', async () => {
    fault('UpdateServiceSetting', UNKNOWN_ROLE);
    const { outcomes } = await apply([set(0)], { roleChangedAt: clock.now().getTime() - 900_000 });
    expect([outcomes, slept, callsOf('UpdateServiceSetting')]).toEqual([['FAILED'], [], 1]);
  });

  it('When it is fresh and refused with ten seconds left, Then the wait is no longer than that', async () => {
    fault('UpdateServiceSetting', UNKNOWN_ROLE, 1_000);
    const end = clock.now().getTime() + 43_000;
    const deadline = { remainingMilliseconds: () => end - clock.now().getTime() };
    const { outcomes } = await apply([set(0)], { roleChangedAt: clock.now().getTime() - 10_000, deadline });
    expect([outcomes, slept]).toEqual([['PLANNED'], [5, 5, 5, 5, 3]]);
  });

  it.each([
    ['is as long as a last write needs', 20_000, {}, 4],
    ['is shorter', 19_999, { 0: ['DEFERRED'], 1: ['DEFERRED'] }, 0],
  ])(
    'When the time left %s, Then its Regions are made or deferred, once each',
    async (_how, left, codes, made) => {
      const deadline = { remainingMilliseconds: () => left };
      const changes = [dns(0, 'support'), dns(1, 'support'), set(0), set(1)];
      const fresh = await apply(changes, { deadline, roleChangedAt: clock.now().getTime() }, inVpcs());
      const expected = Object.fromEntries(
        Object.entries(codes).map(([index, found]) => [regions[Number(index)], found]),
      );
      expect([fresh.codes, fresh.attempted.length]).toEqual([expected, made]);
      expect(slept).toEqual([]);
    },
  );

  it('When the run is asked to end, Then its Regions are deferred and nothing is written', async () => {
    const seen = await apply([set(0), set(1)], { signal: AbortSignal.abort() });
    expect([seen.attempted, Object.values(seen.codes)]).toEqual([[], [['DEFERRED'], ['DEFERRED']]]);
  });

  it("When a VPC's change is denied, Then what builds on it is not tried, and another VPC and the setting are made", async () => {
    fault('ModifyVpcAttribute', { error: { code: 'UnauthorizedOperation', message: 'denied', status: 403 } });
    const changes = [dns(0, 'support'), dns(0, 'hostnames'), dns(1, 'support'), dns(1, 'hostnames'), set(0)];
    const seen = await apply(changes, {}, inVpcs());
    expect(seen.outcomes).toEqual(['FAILED', 'PLANNED', 'APPLIED', 'APPLIED', 'APPLIED']);
    expect(seen.attempted).toEqual(['support-0', 'support-1', 'hostnames-1', 'set-0']);
    expect(seen.findings.get(regions[0] ?? '')).toMatchObject([{ subject: vpcs[0] }]);
  });

  it('When a setting is denied, Then no other change of its Region or of another waits for it, and the log says which', async () => {
    fault('UpdateServiceSetting', DENIED);
    const seen = await apply([set(0), dns(0, 'support'), set(1)], {}, inVpcs());
    expect(seen.outcomes.filter((outcome) => outcome === 'FAILED')).toHaveLength(1);
    expect(seen.outcomes.filter((outcome) => outcome === 'APPLIED')).toHaveLength(2);
    const failed = logged.filter(([message]) => message === 'change failed');
    expect(failed).toMatchObject([
      [
        'change failed',
        {
          accountId: MEMBER,
          change: 'SetServiceSetting',
          end: 'failed',
          code: 'AccessDeniedException',
          action: 'ssm:UpdateServiceSetting',
        },
      ],
    ]);
    expect(logged.filter(([message]) => message === 'change ended')).toHaveLength(2);
  });

  it('When live state is not what the plan saw, Then nothing is written, and the next pass plans anew', async () => {
    const seen = await apply([set(0, 'ops/Other'), set(1)]);
    expect(seen.outcomes).toEqual(['PLANNED', 'APPLIED']);
    expect(seen.codes).toEqual({ [regions[0] ?? '']: ['STATE_CHANGED'] });
    expect(callsOf('UpdateServiceSetting')).toBe(1);
  });
});

describe('Given a plan that turns private DNS off for a change that follows, and undoes it where that fails', () => {
  const denied = { error: { code: 'UnauthorizedOperation', message: 'denied', status: 403 } };
  const following = (): Change => ({ ...dns(0, 'support'), undoes: 'off' });
  beforeEach(() => open(true));

  it('When a change fails that undoes nothing, Then private DNS stays off', async () => {
    fault('ModifyVpcAttribute', denied);
    const seen = await apply([privateDnsOff(), dns(1, 'support'), following()]);
    expect(seen.outcomes).toEqual(['APPLIED', 'FAILED', 'APPLIED']);
    expect(hasPrivateDns()).toBe(false);
  });

  it.each([
    ['fails, Then private DNS is on again at once, and the journal names what was rolled back', true],
    ['is made, Then private DNS stays off', false],
  ])('When what follows %s', async (_how, isOn) => {
    if (isOn) fault('ModifyVpcAttribute', denied);
    await apply([privateDnsOff(), following()]);
    expect(hasPrivateDns()).toBe(isOn);
    const journal = (await organization.state.store.listJournal(MEMBER)).sort((a, b) => a.seq - b.seq);
    expect(journal.slice(2)).toMatchObject(
      isOn
        ? [
            {
              kind: 'ModifyInterfaceEndpoint',
              status: 'DONE',
              rollsBack: { runId: RUN, seq: 1 },
              inverse: null,
            },
          ]
        : [],
    );
  });

  it('When it was not turned off, since it is not as planned, Then nothing is undone', async () => {
    fault('ModifyVpcAttribute', denied);
    const seen = await apply([privateDnsOff(false), following()]);
    expect([seen.outcomes, seen.attempted]).toEqual([
      ['PLANNED', 'FAILED'],
      ['off', 'support-0'],
    ]);
    expect([hasPrivateDns(), callsOf('ModifyVpcEndpoint')]).toEqual([true, 0]);
  });

  it('When what fails is itself a rollback, Then nothing is undone', async () => {
    fault('ModifyVpcAttribute', denied);
    await apply([privateDnsOff(), { ...following(), rollsBack: { runId: 'run-0', seq: 2 } }]);
    expect(hasPrivateDns()).toBe(false);
  });
});
