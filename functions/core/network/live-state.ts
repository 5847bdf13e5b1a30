/** Whether a change of the network is there, as the lists of a Region tell: the journal's witness. */
import type { EndpointChangeAction, ResourceReference } from '../model/change.ts';
import { CHANGE_TAG } from '../role.ts';
import type { EndpointFacts, NetworkObservation, SecurityGroupFacts } from './facts.ts';
import { valuesOf } from './network.ts';

/** The lists in which changes of a network leave their traces. */
export type NetworkTraces = Pick<NetworkObservation, 'securityGroups' | 'endpoints' | 'dnsAttributes'>;

/** TCP 443 from this block, as our own rules have it. */
export function admits443(group: SecurityGroupFacts, cidr: string): boolean {
  return group.ingress.some(
    ({ protocol, fromPort, toPort, cidrs }) =>
      protocol === 'tcp' && fromPort === 443 && toPort === 443 && cidrs.includes(cidr),
  );
}

/** Neither gone nor on its way out. */
export function isStanding({ state }: EndpointFacts): boolean {
  return !['deleting', 'deleted', 'failed', 'rejected', 'expired'].includes(state);
}

/** The id of what a change made, by our tag; null where it is not to be seen. */
export function createdId(changeId: string, network: NetworkTraces): string | null {
  const group = valuesOf(network.securityGroups).find(({ tags }) => tags[CHANGE_TAG] === changeId);
  if (group) return group.groupId;
  const endpoint = valuesOf(network.endpoints).find(
    (one) => one.tags[CHANGE_TAG] === changeId && isStanding(one),
  );
  return endpoint?.endpointId ?? null;
}

/** null where the lists that would tell were not read. */
export function isMade(
  changeId: string,
  action: EndpointChangeAction,
  network: NetworkTraces,
): boolean | null {
  const { securityGroups, endpoints } = network;
  const idOf = (reference: ResourceReference) =>
    reference.kind === 'existing' ? reference.id : createdId(reference.changeId, network);
  switch (action.kind) {
    case 'CreateEndpointSecurityGroup':
      return securityGroups.kind === 'value' ? createdId(changeId, network) !== null : null;
    case 'AllowEndpointIngress':
    case 'RevokeEndpointIngress': {
      if (securityGroups.kind !== 'value') return null;
      const group = securityGroups.value.find(({ groupId }) => groupId === idOf(action.group));
      const allowed = action.cidrs.map((cidr) => group !== undefined && admits443(group, cidr));
      return action.kind === 'AllowEndpointIngress' ? allowed.every(Boolean) : !allowed.some(Boolean);
    }
    case 'DeleteEndpointSecurityGroup':
      return securityGroups.kind === 'value'
        ? !securityGroups.value.some(({ groupId }) => groupId === idOf(action.group))
        : null;
    case 'CreateInterfaceEndpoint':
      return endpoints.kind === 'value' ? createdId(changeId, network) !== null : null;
    case 'ModifyInterfaceEndpoint': {
      if (endpoints.kind !== 'value') return null;
      const endpoint = endpoints.value.find(({ endpointId }) => endpointId === action.endpointId);
      return endpoint !== undefined && isModified(endpoint, action, idOf);
    }
    case 'DeleteInterfaceEndpoint': {
      if (endpoints.kind !== 'value') return null;
      const id = idOf(action.endpoint);
      return !endpoints.value.some((endpoint) => endpoint.endpointId === id && isStanding(endpoint));
    }
    case 'EnableVpcDns':
    case 'RestoreVpcDns': {
      const attributes = network.dnsAttributes[action.vpcId];
      if (attributes?.kind !== 'value') return null;
      const { support, hostnames } = attributes.value;
      return (action.support ?? support) === support && (action.hostnames ?? hostnames) === hostnames;
    }
  }
}

type Modification = Extract<EndpointChangeAction, { kind: 'ModifyInterfaceEndpoint' }>;

export function isModified(
  endpoint: EndpointFacts,
  action: Modification,
  idOf: (reference: ResourceReference) => string | null,
): boolean {
  const { subnetIds, groupIds, privateDns } = endpoint;
  return (
    action.addSubnetIds.every((id) => subnetIds.includes(id)) &&
    !action.removeSubnetIds.some((id) => subnetIds.includes(id)) &&
    action.addGroups.every((group) => groupIds.includes(idOf(group) ?? '')) &&
    !action.removeGroups.some((group) => groupIds.includes(idOf(group) ?? '')) &&
    (action.privateDns ?? privateDns) === privateDns
  );
}
