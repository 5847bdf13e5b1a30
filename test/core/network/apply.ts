/** What AWS would hold after a plan: changes applied to a world, as a pure function. */
import type { IpPermission, Tag, VpcEndpoint } from '@aws-sdk/client-ec2';
import type { Change, ResourceReference } from '../../../functions/core/model/change.ts';
import { https } from './steps.ts';
import type { World } from './world.ts';

export interface Applied {
  world: World;
  /** Ids of what was made, as the journal would know them. */
  made: string[];
}

export function applyChanges(before: World, changes: Change[]): Applied {
  const world = structuredClone(before);
  const { Ec2 } = world;
  const made: string[] = [];
  const idOf = (reference: ResourceReference, prefix: string) =>
    reference.kind === 'existing' ? reference.id : `${prefix}-0${reference.changeId.replace('chg-', '')}`;
  for (const { id, action } of changes) {
    switch (action.kind) {
      case 'CreateEndpointSecurityGroup': {
        const GroupId = idOf({ kind: 'created', changeId: id }, 'sg');
        if (
          Ec2.SecurityGroups.some(
            (group) => group.VpcId === action.vpcId && group.GroupName === action.groupName,
          )
        ) {
          throw new Error(`InvalidGroup.Duplicate: ${action.groupName}`);
        }
        made.push(GroupId);
        Ec2.SecurityGroups.push({
          GroupId,
          GroupName: action.groupName,
          VpcId: action.vpcId,
          IpPermissions: [],
          IpPermissionsEgress: [],
          Tags: tags(action.tags, id),
        });
        break;
      }
      case 'AllowEndpointIngress': {
        const group = Ec2.SecurityGroups.find(({ GroupId }) => GroupId === idOf(action.group, 'sg'));
        if (!group) throw new Error('InvalidGroup.NotFound');
        const rule: IpPermission = https({ IpRanges: action.cidrs.map((CidrIp) => ({ CidrIp })) });
        group.IpPermissions = [...(group.IpPermissions ?? []), rule];
        break;
      }
      case 'CreateInterfaceEndpoint': {
        const VpcEndpointId = idOf({ kind: 'created', changeId: id }, 'vpce');
        refuseConflicts(world, action);
        made.push(VpcEndpointId);
        Ec2.VpcEndpoints.push({
          VpcEndpointId,
          VpcEndpointType: 'Interface',
          VpcId: action.vpcId,
          ServiceName: action.serviceName,
          State: 'available' as VpcEndpoint['State'] & string,
          PrivateDnsEnabled: true,
          SubnetIds: action.subnetIds,
          Groups: action.groups.map((group) => ({ GroupId: idOf(group, 'sg') })),
          Tags: tags(action.tags, id),
        } as VpcEndpoint);
        break;
      }
      case 'ModifyInterfaceEndpoint': {
        const endpoint = Ec2.VpcEndpoints.find(({ VpcEndpointId }) => VpcEndpointId === action.endpointId);
        if (!endpoint) throw new Error('InvalidVpcEndpointId.NotFound');
        endpoint.SubnetIds = [...(endpoint.SubnetIds ?? []), ...action.addSubnetIds];
        endpoint.Groups = [
          ...(endpoint.Groups ?? []),
          ...action.addGroups.map((group) => ({ GroupId: idOf(group, 'sg') })),
        ];
        endpoint.PrivateDnsEnabled = action.privateDns ?? endpoint.PrivateDnsEnabled;
        break;
      }
      case 'EnableVpcDns': {
        const there = Ec2.VpcAttributes[action.vpcId];
        if (!there) throw new Error('InvalidVpcID.NotFound');
        there.EnableDnsSupport = action.support ?? there.EnableDnsSupport;
        there.EnableDnsHostnames = action.hostnames ?? there.EnableDnsHostnames;
        break;
      }
      default:
        throw new Error(`${action.kind} is no change of a network plan`);
    }
  }
  return { world, made };
}

function tags(values: Record<string, string>, changeId: string): Tag[] {
  return Object.entries({ ...values, 'dhmc-rollout:change': changeId }).map(([Key, Value]) => ({
    Key,
    Value,
  }));
}

/** As AWS: one private DNS name in a VPC once, one subnet a zone. */
function refuseConflicts(
  { Ec2 }: World,
  action: { vpcId: string; serviceName: string; subnetIds: string[] },
): void {
  const holder = Ec2.VpcEndpoints.find(
    (endpoint) =>
      endpoint.VpcId === action.vpcId &&
      endpoint.ServiceName === action.serviceName &&
      endpoint.PrivateDnsEnabled &&
      String(endpoint.State) !== 'deleted',
  );
  if (holder) throw new Error(`InvalidParameter: conflicting DNS domain of ${holder.VpcEndpointId}`);
  const zones = action.subnetIds.map(
    (id) => Ec2.Subnets.find(({ SubnetId }) => SubnetId === id)?.AvailabilityZone,
  );
  if (new Set(zones).size !== zones.length) throw new Error('DuplicateSubnetsInSameZone');
}
