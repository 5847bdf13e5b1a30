/** What a change of the network shows of itself in results (`changes[].detail`: docs/spec/design.md, "Result of a run"). */
import type { EndpointChangeAction } from '../model/change.ts';

export function endpointChangeDetail(action: EndpointChangeAction): Record<string, unknown> {
  switch (action.kind) {
    case 'CreateEndpointSecurityGroup':
      return { vpcId: action.vpcId, groupName: action.groupName };
    case 'AllowEndpointIngress':
    case 'RevokeEndpointIngress':
      return { cidrs: action.cidrs };
    case 'CreateInterfaceEndpoint':
      return { vpcId: action.vpcId, serviceName: action.serviceName, subnetIds: action.subnetIds };
    case 'ModifyInterfaceEndpoint':
      return {
        endpointId: action.endpointId,
        addSubnetIds: action.addSubnetIds,
        removeSubnetIds: action.removeSubnetIds,
        privateDns: action.privateDns,
      };
    case 'EnableVpcDns':
    case 'RestoreVpcDns':
      return { vpcId: action.vpcId, support: action.support, hostnames: action.hostnames };
    case 'DeleteInterfaceEndpoint':
      return { endpoint: action.endpoint };
    case 'DeleteEndpointSecurityGroup':
      return { group: action.group };
  }
}
