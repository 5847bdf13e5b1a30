/** How each change of a VPC's endpoints reads its live state and writes (docs/spec/decisions.md, "Endpoint plan", "Journal"). */
import type { SessionClients } from '../aws/client-pool.ts';
import { Ec2Writer } from '../aws/ec2-writer.ts';
import { NetworkLists } from '../aws/network-lists.ts';
import type { Change, EndpointChangeAction, ResourceReference } from '../core/model/change.ts';
import type { Failure, Read } from '../core/model/reads.ts';
import type { EndpointFacts, SecurityGroupFacts, VpcDnsAttributes } from '../core/network/facts.ts';
import { admits443, isModified, isStanding } from '../core/network/live-state.ts';
import { CHANGE_TAG, MANAGED_TAG } from '../core/role.ts';
import type { ChangeDriver } from './journaled-change.ts';

export interface EndpointDriverContext {
  reader: SessionClients;
  writer: SessionClients;
  resourceTags: Record<string, string>;
  /** Milliseconds until a throttled call is sent again; 0 or less when the time is up. */
  throttleWait(): number;
  /** Id of what an earlier change made; null where it was not made. */
  createdId(changeId: string): string | null;
  /** Told each time what the change made was seen. */
  sawCreated(changeId: string, id: string): void;
}

type EndpointChange = Change & { action: EndpointChangeAction };

export function isEndpointChange(change: Change): change is EndpointChange {
  const { kind } = change.action;
  return /Endpoint|VpcDns/.test(kind);
}

export function withEndpointDriver<R>(
  change: EndpointChange,
  context: EndpointDriverContext,
  use: <T>(driver: ChangeDriver<T>) => R,
): R {
  const { action } = change;
  const region = change.region ?? '';
  const ec2 = new NetworkLists(context.reader, region);
  const writer = new Ec2Writer(context.writer, region);
  const idOf = (reference: ResourceReference) =>
    reference.kind === 'existing' ? reference.id : context.createdId(reference.changeId);
  const idsOf = (references: ResourceReference[]) => references.flatMap((reference) => idOf(reference) ?? []);
  const saw = (id: string | undefined) => {
    if (id !== undefined) context.sawCreated(change.id, id);
    return id !== undefined;
  };
  const common = {
    waitAfter: (failure: Failure) => (failure.kind === 'THROTTLED' ? context.throttleWait() : null),
  };
  const endpointsOf = (vpcId: string) => ec2.endpoints([{ Name: 'vpc-id', Values: [vpcId] }]);
  const endpointById = (id: string | null) =>
    ec2.endpoints([{ Name: 'vpc-endpoint-id', Values: [id ?? 'vpce-none'] }]);
  const groupById = (id: string | null) =>
    ec2.securityGroups([{ Name: 'group-id', Values: [id ?? 'sg-none'] }]);

  switch (action.kind) {
    case 'CreateEndpointSecurityGroup':
      return use<SecurityGroupFacts[]>({
        ...common,
        readLive: async () => live(await ec2.securityGroups([{ Name: 'vpc-id', Values: [action.vpcId] }])),
        isExpected: (groups) =>
          !groups.some(
            ({ groupName, tags }) => groupName === action.groupName || tags[CHANGE_TAG] === change.id,
          ),
        isDone: (groups) => saw(groups.find(({ tags }) => tags[CHANGE_TAG] === change.id)?.groupId),
        write: () =>
          writer.createSecurityGroup({ ...action, tags: { ...action.tags, [CHANGE_TAG]: change.id } }),
      });
    case 'AllowEndpointIngress': {
      const groupId = idOf(action.group);
      let lacking = action.cidrs;
      return use<SecurityGroupFacts[]>({
        ...common,
        readLive: async () => live(await groupById(groupId)),
        isExpected: ([group]) => {
          lacking = group ? action.cidrs.filter((cidr) => !admits443(group, cidr)) : [];
          return lacking.length > 0;
        },
        isDone: ([group]) => group !== undefined && action.cidrs.every((cidr) => admits443(group, cidr)),
        write: () => writer.allowHttps(groupId ?? '', lacking),
      });
    }
    case 'CreateInterfaceEndpoint': {
      const made = (endpoints: EndpointFacts[]) =>
        endpoints.find((endpoint) => endpoint.tags[CHANGE_TAG] === change.id && isStanding(endpoint));
      return use<EndpointFacts[]>({
        ...common,
        readLive: async () => live(await endpointsOf(action.vpcId)),
        isExpected: (endpoints) => made(endpoints) === undefined,
        isDone: (endpoints) => saw(made(endpoints)?.endpointId),
        write: () =>
          writer.createInterfaceEndpoint({
            ...action,
            groupIds: idsOf(action.groups),
            tags: { ...action.tags, [CHANGE_TAG]: change.id },
          }),
      });
    }
    case 'ModifyInterfaceEndpoint':
      return use<EndpointFacts[]>({
        ...common,
        readLive: async () => live(await endpointById(action.endpointId)),
        isExpected: ([endpoint]) => endpoint !== undefined && isAsPlanned(endpoint, change.expected),
        isDone: ([endpoint]) => endpoint !== undefined && isModified(endpoint, action, idOf),
        write: () =>
          writer.modifyInterfaceEndpoint({
            ...action,
            addGroupIds: idsOf(action.addGroups),
            removeGroupIds: idsOf(action.removeGroups),
          }),
      });
    case 'EnableVpcDns':
      return use(dnsDriver(change, action, { ec2, writer, common }));
    case 'DeleteInterfaceEndpoint': {
      const endpointId = idOf(action.endpoint);
      return use<EndpointFacts[]>({
        ...common,
        readLive: async () => live(await endpointById(endpointId)),
        // The tag besides the journal, by which the plan chose it: deleting needs both.
        isExpected: ([endpoint]) =>
          endpoint?.tags[MANAGED_TAG] === 'true' &&
          isStanding(endpoint) &&
          isAsPlanned(endpoint, change.expected),
        isDone: ([endpoint]) => endpoint === undefined || !isStanding(endpoint),
        write: () => writer.deleteEndpoint(endpointId ?? ''),
      });
    }
    case 'DeleteEndpointSecurityGroup': {
      const groupId = idOf(action.group);
      return use<SecurityGroupFacts[]>({
        ...common,
        readLive: async () => live(await groupById(groupId)),
        isExpected: ([group]) => group?.tags[MANAGED_TAG] === 'true',
        isDone: (groups) => groups.length === 0,
        write: () => writer.deleteSecurityGroup(groupId ?? ''),
      });
    }
    case 'RestoreVpcDns':
      return use(dnsRestorer(change, action, { ec2, writer, common }));
    case 'RevokeEndpointIngress': {
      const groupId = idOf(action.group);
      let standing: string[] = [];
      return use<SecurityGroupFacts[]>({
        ...common,
        readLive: async () => live(await groupById(groupId)),
        isExpected: ([group]) => {
          standing = group ? action.cidrs.filter((cidr) => admits443(group, cidr)) : [];
          return standing.length > 0;
        },
        isDone: ([group]) => !group || !action.cidrs.some((cidr) => admits443(group, cidr)),
        write: () => writer.revokeHttps(groupId ?? '', standing),
      });
    }
  }
}

/** Subnets, groups and private DNS as the plan saw them; what it did not note is not compared. */
function isAsPlanned(endpoint: EndpointFacts, expected: unknown): boolean {
  const { subnetIds, groupIds, privateDns } = expected as Partial<EndpointFacts>;
  const alike = (seen: string[], planned: string[] | undefined) =>
    planned === undefined || [...seen].sort().join() === [...planned].sort().join();
  return (
    alike(endpoint.subnetIds, subnetIds) &&
    alike(endpoint.groupIds, groupIds) &&
    (privateDns ?? endpoint.privateDns) === endpoint.privateDns
  );
}

/** Each attribute stands as planned or is on already: the first call may have gone through alone. */
function dnsDriver(
  change: Change,
  action: Extract<EndpointChangeAction, { kind: 'EnableVpcDns' }>,
  by: { ec2: NetworkLists; writer: Ec2Writer; common: Pick<ChangeDriver<unknown>, 'waitAfter'> },
): ChangeDriver<VpcDnsAttributes> {
  const planned = change.expected as VpcDnsAttributes;
  const { vpcId } = action;
  let seen = planned;
  return {
    ...by.common,
    readLive: async () => {
      const answer = await by.ec2.dnsAttributes(vpcId);
      if (answer.kind === 'value') seen = answer.value;
      return answer.kind === 'failed' ? answer : { kind: 'live', live: seen };
    },
    isExpected: ({ support, hostnames }) =>
      (support === planned.support || action.support === support) &&
      (hostnames === planned.hostnames || action.hostnames === hostnames),
    isDone: ({ support, hostnames }) =>
      (action.support ?? support) === support && (action.hostnames ?? hostnames) === hostnames,
    write: async () => {
      // Support first: host names need it.
      const turnedOn = action.support === true && !seen.support;
      if (turnedOn) {
        const failure = await by.writer.setVpcDns(vpcId, 'EnableDnsSupport', true);
        if (failure) return failure;
      }
      if (action.hostnames !== true || seen.hostnames) return null;
      const failure = await by.writer.setVpcDns(vpcId, 'EnableDnsHostnames', true);
      // Refused for good: half of a change is none, so its first half goes back.
      const refused = failure && ['DENIED', 'DENIED_BY_SCP', 'INVALID'].includes(failure.kind);
      if (refused && turnedOn) await by.writer.setVpcDns(vpcId, 'EnableDnsSupport', false);
      return failure;
    },
  };
}

/** Each attribute goes back where it still stands as we left it; host names first, since they need support. */
function dnsRestorer(
  change: Change,
  action: Extract<EndpointChangeAction, { kind: 'RestoreVpcDns' }>,
  by: { ec2: NetworkLists; writer: Ec2Writer; common: Pick<ChangeDriver<unknown>, 'waitAfter'> },
): ChangeDriver<VpcDnsAttributes> {
  const { vpcId, support, hostnames } = action;
  let seen = change.expected as VpcDnsAttributes;
  const isDone = (live: VpcDnsAttributes) =>
    (support ?? live.support) === live.support && (hostnames ?? live.hostnames) === live.hostnames;
  return {
    ...by.common,
    readLive: async () => {
      const answer = await by.ec2.dnsAttributes(vpcId);
      if (answer.kind === 'value') seen = answer.value;
      return answer.kind === 'failed' ? answer : { kind: 'live', live: seen };
    },
    isExpected: (live) => !isDone(live),
    isDone,
    write: async () => {
      if (hostnames !== null && seen.hostnames !== hostnames) {
        const failure = await by.writer.setVpcDns(vpcId, 'EnableDnsHostnames', hostnames);
        if (failure) return failure;
      }
      if (support === null || seen.support === support) return null;
      return by.writer.setVpcDns(vpcId, 'EnableDnsSupport', support);
    },
  };
}

function live<T>(answer: Read<T[]>): { kind: 'live'; live: T[] } | { kind: 'failed'; failure: Failure } {
  if (answer.kind === 'failed') return answer;
  return { kind: 'live', live: answer.kind === 'value' ? answer.value : [] };
}
