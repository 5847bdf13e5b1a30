/** The rollback of endpoints and their groups: each kind of entry by what is there now. */
import { describe, expect, it } from '@jest/globals';
import type { ChangeAction } from '../../../functions/core/model/change.ts';
import type { EndpointFacts, GroupRule } from '../../../functions/core/network/facts.ts';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../../../functions/core/tags.ts';
import { REGION } from '../builders.ts';
import { aGroup, aNetwork, anEndpoint, anEntry, plan, VPC, value } from './builders.ts';

const SSM = `com.amazonaws.${REGION}.ssm`;
const S3 = `com.amazonaws.${REGION}.s3`;
const SG1 = { kind: 'existing', id: 'sg-1' } as const;
const tagsOf = (seq: number) => ({ [MANAGED_TAG]: 'true', [CHANGE_TAG]: `chg-${seq}` });

const group = anEntry(
  { kind: 'CreateEndpointSecurityGroup', vpcId: VPC, groupName: 'g', description: '', tags: {} },
  { seq: 1, createdId: 'sg-1', resource: 'sg-1' },
);
const ingress = (
  seq: number,
  cidrs: string[],
  of: Extract<ChangeAction, { kind: 'AllowEndpointIngress' }>['group'],
) => anEntry({ kind: 'AllowEndpointIngress', group: of, cidrs }, { seq, resource: 'sg-1' });
const created = anEntry(
  {
    kind: 'CreateInterfaceEndpoint',
    vpcId: VPC,
    serviceName: SSM,
    subnetIds: ['subnet-1', 'subnet-2'],
    groups: [SG1],
    clientToken: 'x',
    tags: {},
  },
  { seq: 3, createdId: 'vpce-1', resource: 'vpce-1' },
);
const NOTHING = { addSubnetIds: [], removeSubnetIds: [], addGroups: [], removeGroups: [], privateDns: null };
type Modification = Partial<Omit<Extract<ChangeAction, { kind: 'ModifyInterfaceEndpoint' }>, 'kind'>>;
const modify = (change: Modification): ChangeAction => ({
  kind: 'ModifyInterfaceEndpoint',
  endpointId: 'vpce-1',
  ...NOTHING,
  ...change,
});
const modified = (
  seq: number,
  to: Modification,
  back: Modification | null,
  rest: Partial<RollbackEntry> = {},
) =>
  anEntry(modify(to), {
    seq,
    resource: 'vpce-1',
    createdId: null,
    inverse: back && modify(back),
    ...rest,
  });
const gateway = anEntry(
  {
    kind: 'CreateGatewayEndpoint',
    vpcId: VPC,
    serviceName: S3,
    routeTableIds: ['rtb-1'],
    clientToken: 'x',
    tags: {},
  },
  { seq: 3, createdId: 'vpce-1', resource: 'vpce-1' },
);
const routed = (
  seq: number,
  addRouteTableIds: string[],
  removeRouteTableIds: string[],
  rest: Partial<RollbackEntry> = {},
) =>
  anEntry(
    { kind: 'ModifyGatewayEndpoint', endpointId: 'vpce-1', addRouteTableIds, removeRouteTableIds },
    {
      seq,
      resource: 'vpce-1',
      inverse: {
        kind: 'ModifyGatewayEndpoint',
        endpointId: 'vpce-1',
        addRouteTableIds: removeRouteTableIds,
        removeRouteTableIds: addRouteTableIds,
      },
      ...rest,
    },
  );
const aGateway = (overrides: Partial<EndpointFacts> = {}) =>
  anEndpoint({
    type: 'gateway',
    serviceName: S3,
    subnetIds: [],
    groupIds: [],
    routeTableIds: ['rtb-1'],
    ...overrides,
  });

const seen = (endpoints: EndpointFacts[], groups: ReturnType<typeof aGroup>[] = []) => ({
  networks: { [REGION]: aNetwork({ endpoints: value(endpoints), securityGroups: value(groups) }) },
});
/** What is planned, and which codes are found of what. */
const rolledBack = (...args: Parameters<typeof plan>) => {
  const { regional, findings } = plan(...args);
  return [
    ...regional.map(({ action, rollsBack }) => `${action.kind} #${rollsBack?.seq}`),
    ...findings.map(({ finding: { code, subject } }) => `${code} ${subject}`),
  ];
};

describe('Given an endpoint that a run made, that was pruned, and that a rollback made again', () => {
  const CREATE = { ...created.action, subnetIds: ['subnet-1', 'subnet-2', 'subnet-3'] } as ChangeAction;
  const pruned = anEntry(
    { kind: 'DeleteInterfaceEndpoint', endpoint: { kind: 'existing', id: 'vpce-1' } },
    { runId: 'run-3', seq: 5, inverse: CREATE },
  );
  const remade = anEntry(CREATE, {
    runId: 'back-3',
    seq: 6,
    createdId: 'vpce-9',
    rollsBack: { runId: 'run-3', seq: 5 },
  });
  const added = modified(
    4,
    { addSubnetIds: ['subnet-3'] },
    { removeSubnetIds: ['subnet-3'] },
    { runId: 'run-2' },
  );
  const now = (overrides: Partial<EndpointFacts> = {}) =>
    anEndpoint({
      endpointId: 'vpce-9',
      subnetIds: ['subnet-1', 'subnet-2', 'subnet-3'],
      tags: tagsOf(6),
      ...overrides,
    });
  const all = [created, added, pruned, remade];

  it('when all is rolled back, then what was made again goes', () => {
    expect(rolledBack(all, seen([now()]))).toEqual(['DeleteInterfaceEndpoint #3']);
  });

  it('when it lost the tag of what made it again, then it is kept', () => {
    expect(rolledBack(all, seen([now({ tags: tagsOf(3) })]))).toEqual(['ROLLBACK_CONFLICT vpce-9']);
  });

  it('when a change of it was rolled back since, then it is as we left it, and goes', () => {
    const back = modified(7, { endpointId: 'vpce-9', removeSubnetIds: ['subnet-3'] }, null, {
      runId: 'back-2',
      rollsBack: { runId: 'run-2', seq: 4 },
    });
    expect(rolledBack([...all, back], seen([now({ subnetIds: ['subnet-1', 'subnet-2'] })]))).toEqual([
      'DeleteInterfaceEndpoint #3',
    ]);
  });

  it('when a rollback turned its private DNS on again, then it is as we left it, and goes', () => {
    const off = modified(4, { privateDns: false }, { privateDns: true }, { runId: 'run-3' });
    const again = { ...remade, action: { ...CREATE, privateDns: false } as ChangeAction };
    const on = modified(7, { endpointId: 'vpce-9', privateDns: true }, null, {
      runId: 'back-3',
      rollsBack: { runId: 'run-3', seq: 4 },
    });
    const moved = [{ ...created, action: CREATE }, off, pruned, again, on];
    expect(rolledBack(moved, seen([now()]))).toEqual(['DeleteInterfaceEndpoint #3']);
    // A subnet that others added before it was pruned is not ours, though it was made again with it.
    expect(rolledBack([created, off, pruned, again, on], seen([now()]))).toEqual([
      'ROLLBACK_CONFLICT vpce-9',
    ]);
  });

  it('when the repair of what others changed was rolled back, then their change is there again, and it is kept', () => {
    const repair = modified(4, { privateDns: true }, { privateDns: false }, { runId: 'run-2' });
    const back = modified(7, { privateDns: false }, null, {
      runId: 'back-2',
      rollsBack: { runId: 'run-2', seq: 4 },
    });
    const theirs = anEndpoint({ tags: tagsOf(3), privateDns: false });
    expect(rolledBack([created, repair, back], seen([theirs]))).toEqual(['ROLLBACK_CONFLICT vpce-1']);
  });

  it('when a run changed it since, then what that run put there counts', () => {
    const since = modified(
      7,
      { endpointId: 'vpce-9', addSubnetIds: ['subnet-4'] },
      { removeSubnetIds: ['subnet-4'] },
    );
    const subnetIds = ['subnet-1', 'subnet-2', 'subnet-3', 'subnet-4'];
    expect(rolledBack([...all, since], seen([now({ subnetIds })]))).toEqual(['DeleteInterfaceEndpoint #3']);
    expect(rolledBack([...all, since], seen([now()]))).toEqual(['ROLLBACK_CONFLICT vpce-9']);
    expect(rolledBack([...all, { ...since, status: 'FAILED' }], seen([now()]))).toEqual([
      'DeleteInterfaceEndpoint #3',
    ]);
  });

  it('when only the change of it is rolled back, then what was made again is changed', () => {
    const scope = { of: 'run-2', regions: [REGION] };
    const { regional } = plan(all, seen([now()]), { scope });
    expect(regional).toEqual([
      expect.objectContaining({
        resource: 'vpce-9',
        action: modify({ endpointId: 'vpce-9', removeSubnetIds: ['subnet-3'] }),
      }),
    ]);
  });

  it('when it was made again once more, then the last counts', () => {
    const prunedAgain = anEntry(
      { kind: 'DeleteInterfaceEndpoint', endpoint: { kind: 'existing', id: 'vpce-9' } },
      { runId: 'run-4', seq: 8, inverse: CREATE },
    );
    const last = anEntry(CREATE, {
      runId: 'back-4',
      seq: 9,
      createdId: 'vpce-10',
      rollsBack: { runId: 'run-4', seq: 8 },
    });
    const journal = [...all, prunedAgain, last];
    expect(rolledBack(journal, seen([now({ endpointId: 'vpce-10', tags: tagsOf(9) })]))).toEqual([
      'DeleteInterfaceEndpoint #3',
    ]);
  });
});

describe('Given a gateway endpoint that a run made, that was pruned, and that a rollback made again', () => {
  const CREATE = { ...gateway.action, routeTableIds: ['rtb-1', 'rtb-2'] } as ChangeAction;
  const added = routed(4, ['rtb-2'], [], { runId: 'run-2' });
  const pruned = anEntry(
    { kind: 'DeleteGatewayEndpoint', endpoint: { kind: 'existing', id: 'vpce-1' } },
    { runId: 'run-3', seq: 5, inverse: CREATE },
  );
  const remade = anEntry(CREATE, {
    runId: 'back-3',
    seq: 6,
    createdId: 'vpce-9',
    rollsBack: { runId: 'run-3', seq: 5 },
  });
  const back = anEntry(
    {
      kind: 'ModifyGatewayEndpoint',
      endpointId: 'vpce-9',
      addRouteTableIds: [],
      removeRouteTableIds: ['rtb-2'],
    },
    { runId: 'back-2', seq: 7, rollsBack: { runId: 'run-2', seq: 4 } },
  );
  const now = (routeTableIds: string[], seq = 6) =>
    aGateway({ endpointId: 'vpce-9', routeTableIds, tags: tagsOf(seq) });

  it.each<[string, RollbackEntry[], EndpointFacts, string[]]>([
    ['as it was made again', [], now(['rtb-1', 'rtb-2']), ['DeleteGatewayEndpoint #3']],
    ['a change of it was rolled back', [back], now(['rtb-1']), ['DeleteGatewayEndpoint #3']],
    ['others took a route table', [], now(['rtb-1']), ['ROLLBACK_CONFLICT vpce-9']],
    ['it has the tag of before', [], now(['rtb-1', 'rtb-2'], 3), ['ROLLBACK_CONFLICT vpce-9']],
  ])('when all is rolled back and %s, then it goes or is kept', (_what, since, there, expected) => {
    expect(rolledBack([gateway, added, pruned, remade, ...since], seen([there]))).toEqual(expected);
  });

  it('when others had taken a route table before it was pruned, then what was made again counts', () => {
    const CREATE_LESS = { ...gateway.action, routeTableIds: ['rtb-1'] } as ChangeAction;
    const journal = [gateway, added, { ...pruned, inverse: CREATE_LESS }, { ...remade, action: CREATE_LESS }];
    expect(rolledBack(journal, seen([now(['rtb-1'])]))).toEqual(['DeleteGatewayEndpoint #3']);
  });
});

describe('Given a group that we made, When it got rules since', () => {
  const ours = ingress(2, ['10.0.0.0/16'], { kind: 'created', changeId: 'chg-1' });
  const rule = (overrides: Partial<GroupRule> = {}): GroupRule => ({
    protocol: 'tcp',
    fromPort: 443,
    toPort: 443,
    cidrs: ['10.0.0.0/16'],
    ipv6Cidrs: [],
    groupIds: [],
    prefixListIds: [],
    ...overrides,
  });

  it.each<[string, GroupRule[], boolean]>([
    ['none', [], true],
    ['ours alone', [rule()], true],
    ['a block of others', [rule({ cidrs: ['10.0.0.0/16', '10.9.0.0/16'] })], false],
    ['an IPv6 block', [rule({ cidrs: [], ipv6Cidrs: ['2001:db8::/32'] })], false],
    ['a group as source', [rule(), rule({ cidrs: [], groupIds: ['sg-9'] })], false],
    ['a prefix list', [rule({ cidrs: [], prefixListIds: ['pl-1'] })], false],
    ['another protocol', [rule({ protocol: 'udp' })], false],
    ['a lower port', [rule({ fromPort: 442 })], false],
    ['a higher port', [rule({ toPort: 444 })], false],
  ])('%s, Then it goes unless they are of others', (_what, rules, goes) => {
    expect(rolledBack([group, ours], seen([], [aGroup({ ingress: rules })]))).toEqual([
      goes ? 'DeleteEndpointSecurityGroup #1' : 'ROLLBACK_CONFLICT sg-1',
    ]);
  });
});
