/** A perfect instance and context: it would be AGENT_SILENT for want of nothing but its agent. */
import type { InstanceDetail, NodeFacts, ProfileGrants } from '../../../functions/core/instances/facts.ts';
import type { InstanceContext } from '../../../functions/core/instances/judge-instance.ts';
import type { ActionDecision } from '../../../functions/core/model/permissions.ts';
import type { Read } from '../../../functions/core/model/reads.ts';
import type { ClientPath, InstancePath } from '../../../functions/core/network/instance-path.ts';
import type { NamePath } from '../../../functions/core/network/name-path.ts';

export const NOW = new Date('2026-11-20T12:00:00.000Z');
export const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

export function anInstance(overrides: Partial<InstanceDetail> = {}): InstanceDetail {
  return {
    instanceId: 'i-1',
    vpcId: 'vpc-1',
    subnetId: 'subnet-1',
    state: 'running',
    platform: 'linux',
    privateIp: '10.0.0.10',
    hasPublicIp: false,
    ipv6: null,
    xen: false,
    groupIds: ['sg-1'],
    agentVersion: null,
    online: false,
    tags: {},
    launchedAt: '2026-10-01T00:00:00.000Z',
    architecture: 'x86_64',
    platformDetails: 'Linux/UNIX',
    imageId: 'ami-1',
    profileArn: null,
    imdsEnabled: true,
    httpTokens: 'required',
    serviceManaged: false,
    statusChecks: 'PASSED',
    node: null,
    ...overrides,
  };
}

/** Known to Systems Manager. */
export function knownInstance(
  node: Partial<NodeFacts> = {},
  overrides: Partial<InstanceDetail> = {},
): InstanceDetail {
  const known: NodeFacts = {
    nodeId: 'i-1',
    resourceType: 'EC2Instance',
    pingStatus: 'ConnectionLost',
    lastPingAt: minutesAgo(300),
    agentVersion: '3.3.987.0',
    platformName: 'Amazon Linux',
    platformVersion: '2023',
    activationId: null,
    name: null,
    address: null,
    ...node,
  };
  return anInstance({
    node: known,
    agentVersion: known.agentVersion,
    online: known.pingStatus === 'Online',
    ...overrides,
  });
}

export function aPath(overrides: Partial<InstancePath> = {}): InstancePath {
  const { path = 'ENDPOINTS', reasons = [] } = overrides;
  return {
    path,
    reasons,
    stops: [],
    names: [
      { name: 'ssm', path, reasons, facts: [] },
      { name: 'ssmmessages', path, reasons, facts: [] },
    ],
    shared: false,
    ignored: false,
    unseenCentral: [],
    isPolicyUndecided: false,
    unread: [],
    ...overrides,
  };
}

export function aProfile(...allowedActions: string[]): Read<ProfileGrants> {
  const profileArn = 'arn:aws:iam::111122223333:instance-profile/app';
  const roleArn = 'arn:aws:iam::111122223333:role/app';
  return { kind: 'value', value: { profileArn, roleArn, trustsEc2: true, allowedActions, denied: [] } };
}

export const SSM_CORE = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ec2messages:GetMessages',
];

/** What a simulation of the DHMC role answers where nothing denies it. */
export const ALL_ALLOWED: Read<ActionDecision[]> = {
  kind: 'value',
  value: SSM_CORE.map((action) => ({ action, allowed: true, deniedBy: null, explicit: false })),
};

export function aContext(overrides: Partial<InstanceContext> = {}): InstanceContext {
  return {
    now: NOW,
    path: aPath(),
    profile: null,
    dhmcInPlace: true,
    dhmcQuestions: [],
    dhmcPermissions: ALL_ALLOWED,
    hybridNode: null,
    changes: [],
    ...overrides,
  };
}

/** Through an endpoint of the VPC. */
export function aName(name: NamePath['name'], overrides: Partial<NamePath> = {}): NamePath {
  return {
    name,
    resolvesTo: 'endpoint',
    path: 'ENDPOINTS',
    reasons: [],
    notes: [],
    facts: [],
    way: null,
    missing: false,
    unseen: false,
    ...overrides,
  };
}

export function aClientPath(names: NamePath[], overrides: Partial<ClientPath> = {}): ClientPath {
  const reasons = [...new Set(names.flatMap((name) => name.reasons))];
  return { client: {} as ClientPath['client'], path: 'ENDPOINTS', reasons, notes: [], names, ...overrides };
}
