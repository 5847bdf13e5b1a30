/** A journal, and live state as the journal left it; a test overrides what its case is about. */
import type { ChangeAction } from '../../../functions/core/model/change.ts';
import type { RoleObservation, SettingObservation } from '../../../functions/core/model/observation.ts';
import type { Failure, Read } from '../../../functions/core/model/reads.ts';
import type { EndpointFacts, SecurityGroupFacts } from '../../../functions/core/network/facts.ts';
import type { NetworkTraces } from '../../../functions/core/network/live-state.ts';
import type { RollbackFacts, RollbackPlan } from '../../../functions/core/rollback/draft.ts';
import type { RollbackEntry } from '../../../functions/core/rollback/entry.ts';
import { planRollback } from '../../../functions/core/rollback/plan.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../../../functions/core/tags.ts';
import { ACCOUNT_ID, aRole, aSetting, OUR_ARN, OURS, REGION } from '../builders.ts';

export const ROLE_NAME = 'AWSSystemsManagerDefaultEC2InstanceManagementRole';
export const VPC = 'vpc-1';
export const RUN = 'run-1';

export const value = <T>(read: T): Read<T> => ({ kind: 'value', value: read });
export const failed = (overrides: Partial<Failure> = {}): { kind: 'failed'; failure: Failure } => ({
  kind: 'failed',
  failure: {
    kind: 'DENIED_BY_SCP',
    action: 'ec2:DescribeVpcEndpoints',
    code: 'x',
    message: 'no',
    ...overrides,
  },
});

export function anEntry(action: ChangeAction, overrides: Partial<RollbackEntry> = {}): RollbackEntry {
  const seq = overrides.seq ?? 1;
  return {
    runId: RUN,
    seq,
    changeId: `chg-${seq}`,
    accountId: ACCOUNT_ID,
    region: REGION,
    resource: 'arn:aws:x',
    action,
    expected: { value: '' },
    inverse: null,
    status: 'DONE',
    writtenAt: '2026-01-02T00:00:00.000Z',
    createdId: null,
    ...overrides,
  };
}

/** As we made it with entry `seq`. */
export function ourRole(seq: number, overrides: Partial<RoleObservation> = {}): RoleObservation {
  return aRole({
    arn: OUR_ARN,
    attachedPolicyArns: [],
    tags: { [MANAGED_TAG]: 'true', [CHANGE_TAG]: `chg-${seq}` },
    createdAt: '2026-01-02T00:00:00.000Z',
    ...overrides,
  });
}

export const ourSetting = (overrides: Partial<SettingObservation> = {}) => value(aSetting(OURS, overrides));

export function anEndpoint(overrides: Partial<EndpointFacts> = {}): EndpointFacts {
  return {
    endpointId: 'vpce-1',
    vpcId: VPC,
    ownerId: ACCOUNT_ID,
    type: 'interface',
    serviceName: `com.amazonaws.${REGION}.ssm`,
    state: 'available',
    privateDns: true,
    regionalName: null,
    addresses: 'ipv4',
    subnetIds: ['subnet-1', 'subnet-2'],
    groupIds: ['sg-1'],
    routeTableIds: [],
    policy: null,
    tags: { [MANAGED_TAG]: 'true', [CHANGE_TAG]: 'chg-3' },
    ...overrides,
  } as EndpointFacts;
}

export function aGroup(overrides: Partial<SecurityGroupFacts> = {}): SecurityGroupFacts {
  return {
    groupId: 'sg-1',
    groupName: 'dhmc-rollout-endpoints',
    vpcId: VPC,
    ingress: [],
    egress: [],
    tags: { [MANAGED_TAG]: 'true', [CHANGE_TAG]: 'chg-1' },
    ...overrides,
  };
}

export function aNetwork(overrides: Partial<NetworkTraces> = {}): NetworkTraces {
  return {
    securityGroups: value([]),
    endpoints: value([]),
    dnsAttributes: {},
    profileAssociations: null,
    hubHoldings: {},
    hubZones: null,
    hostedZones: {},
    ...overrides,
  } as NetworkTraces;
}

type Live = RollbackFacts['live'];
export function plan(
  journal: RollbackEntry[],
  live: Partial<Live> = {},
  facts: Partial<RollbackFacts> = {},
): RollbackPlan {
  return planRollback({
    accountId: ACCOUNT_ID,
    runId: 'run-back',
    scope: { of: 'all', regions: [REGION] },
    journal,
    unknown: [],
    live: { roles: {}, settings: {}, formerRoles: {}, networks: {}, associations: {}, ...live },
    ...facts,
  });
}

/** Kinds with what they are about, the role's last, and then findings. */
export function outcome({ regional, role, findings, notes }: RollbackPlan): string[] {
  return [
    ...[...regional, ...role].map(({ action, resource, expected, rollsBack }) =>
      [action.kind, resource, JSON.stringify(action), JSON.stringify(expected), `#${rollsBack?.seq}`].join(
        ' ',
      ),
    ),
    ...findings.map(
      ({ region, finding: { code, subject, sentence } }) => `${region} ${code} ${subject}: ${sentence}`,
    ),
    ...notes.map(({ region, note }) => `${region} ${note}`),
  ];
}
