/** EC2's mutating calls for endpoints: each tags what it makes in the same call. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcEndpointCommand,
  DeleteSecurityGroupCommand,
  DeleteVpcEndpointsCommand,
  ModifyVpcAttributeCommand,
  ModifyVpcEndpointCommand,
  type ResourceType,
  RevokeSecurityGroupIngressCommand,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import type { Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import type { VPC_DNS_ATTRIBUTES } from '../core/network/vpc-dns-attributes.ts';
import { writeMark } from '../core/tags.ts';
import type { SessionClients } from './client-pool.ts';
import { attempt } from './reads.ts';

export class Ec2Writer {
  private readonly client;
  private readonly ownTags;

  constructor(clients: SessionClients, region: Region) {
    this.client = clients.ec2(region, 'write');
    this.ownTags = clients.ownTags;
  }

  createSecurityGroup(group: {
    vpcId: string;
    groupName: string;
    description: string;
    tags: Record<string, string>;
  }): Promise<Failure | null> {
    return attempt('ec2:CreateSecurityGroup', () =>
      this.client.send(
        new CreateSecurityGroupCommand({
          VpcId: group.vpcId,
          GroupName: group.groupName,
          Description: group.description,
          TagSpecifications: [tagsOn('security-group', writeMark(group.tags, this.ownTags))],
        }),
      ),
    );
  }

  /**
   * Refused as a whole where one of the rules is there already, so ask for those that lack alone. The rules
   * carry no tags: they are in a group that is ours.
   */
  allowHttps(groupId: string, cidrs: string[]): Promise<Failure | null> {
    return attempt('ec2:AuthorizeSecurityGroupIngress', () =>
      this.client.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: groupId,
          IpPermissions: [
            {
              IpProtocol: 'tcp',
              FromPort: 443,
              ToPort: 443,
              IpRanges: cidrs.map((CidrIp) => ({ CidrIp, Description: 'Systems Manager endpoints' })),
            },
          ],
        }),
      ),
    );
  }

  /** Rules are named by what they say; the description takes no part (RevokeSecurityGroupIngress). */
  revokeHttps(groupId: string, cidrs: string[]): Promise<Failure | null> {
    return attempt('ec2:RevokeSecurityGroupIngress', () =>
      this.client.send(
        new RevokeSecurityGroupIngressCommand({
          GroupId: groupId,
          IpPermissions: [
            {
              IpProtocol: 'tcp',
              FromPort: 443,
              ToPort: 443,
              IpRanges: cidrs.map((CidrIp) => ({ CidrIp })),
            },
          ],
        }),
      ),
    );
  }

  /** The default type is Gateway, so Interface is said (CreateVpcEndpoint). */
  createInterfaceEndpoint(endpoint: {
    vpcId: string;
    serviceName: string;
    subnetIds: string[];
    groupIds: string[];
    clientToken: string;
    policy?: string;
    privateDns?: boolean;
    tags: Record<string, string>;
  }): Promise<Failure | null> {
    return attempt('ec2:CreateVpcEndpoint', () =>
      this.client.send(
        new CreateVpcEndpointCommand({
          VpcEndpointType: 'Interface',
          VpcId: endpoint.vpcId,
          ServiceName: endpoint.serviceName,
          SubnetIds: endpoint.subnetIds,
          SecurityGroupIds: endpoint.groupIds,
          PrivateDnsEnabled: endpoint.privateDns ?? true,
          ClientToken: endpoint.clientToken,
          ...(endpoint.policy === undefined ? {} : { PolicyDocument: endpoint.policy }),
          TagSpecifications: [tagsOn('vpc-endpoint', writeMark(endpoint.tags, this.ownTags))],
        }),
      ),
    );
  }

  createGatewayEndpoint(endpoint: {
    vpcId: string;
    serviceName: string;
    routeTableIds: string[];
    clientToken: string;
    policy?: string;
    tags: Record<string, string>;
  }): Promise<Failure | null> {
    return attempt('ec2:CreateVpcEndpoint', () =>
      this.client.send(
        new CreateVpcEndpointCommand({
          VpcEndpointType: 'Gateway',
          VpcId: endpoint.vpcId,
          ServiceName: endpoint.serviceName,
          RouteTableIds: endpoint.routeTableIds,
          ClientToken: endpoint.clientToken,
          ...(endpoint.policy === undefined ? {} : { PolicyDocument: endpoint.policy }),
          TagSpecifications: [tagsOn('vpc-endpoint', writeMark(endpoint.tags, this.ownTags))],
        }),
      ),
    );
  }

  modifyGatewayEndpoint(change: {
    endpointId: string;
    addRouteTableIds: string[];
    removeRouteTableIds: string[];
  }): Promise<Failure | null> {
    return attempt('ec2:ModifyVpcEndpoint', () =>
      this.client.send(
        new ModifyVpcEndpointCommand({
          VpcEndpointId: change.endpointId,
          ...some('AddRouteTableIds', change.addRouteTableIds),
          ...some('RemoveRouteTableIds', change.removeRouteTableIds),
        }),
      ),
    );
  }

  modifyInterfaceEndpoint(change: {
    endpointId: string;
    addSubnetIds: string[];
    removeSubnetIds: string[];
    addGroupIds: string[];
    removeGroupIds: string[];
    privateDns: boolean | null;
  }): Promise<Failure | null> {
    return attempt('ec2:ModifyVpcEndpoint', () =>
      this.client.send(
        new ModifyVpcEndpointCommand({
          VpcEndpointId: change.endpointId,
          ...some('AddSubnetIds', change.addSubnetIds),
          ...some('RemoveSubnetIds', change.removeSubnetIds),
          ...some('AddSecurityGroupIds', change.addGroupIds),
          ...some('RemoveSecurityGroupIds', change.removeGroupIds),
          ...(change.privateDns === null ? {} : { PrivateDnsEnabled: change.privateDns }),
        }),
      ),
    );
  }

  /** Full access is written out: ResetPolicy is for gateway endpoints (API reference, ModifyVpcEndpoint). */
  setEndpointPolicy(endpointId: string, policy: string): Promise<Failure | null> {
    return attempt('ec2:ModifyVpcEndpoint', () =>
      this.client.send(new ModifyVpcEndpointCommand({ VpcEndpointId: endpointId, PolicyDocument: policy })),
    );
  }

  /** One attribute a call: "You can't modify the DNS resolution and DNS hostnames attributes in the same request". */
  setVpcDns(
    vpcId: string,
    attribute: (typeof VPC_DNS_ATTRIBUTES)[number],
    value: boolean,
  ): Promise<Failure | null> {
    return attempt('ec2:ModifyVpcAttribute', () =>
      this.client.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, [attribute]: { Value: value } })),
    );
  }

  /** Answers 200 with a list of those that it did not delete. */
  deleteEndpoint(endpointId: string): Promise<Failure | null> {
    return attempt('ec2:DeleteVpcEndpoints', async () => {
      const { Unsuccessful = [] } = await this.client.send(
        new DeleteVpcEndpointsCommand({ VpcEndpointIds: [endpointId] }),
      );
      const refusal = Unsuccessful[0]?.Error;
      if (refusal) {
        const named = { name: refusal.Code ?? 'Unsuccessful', $metadata: { httpStatusCode: 400 } };
        throw Object.assign(new Error(refusal.Message ?? 'not deleted'), named);
      }
    });
  }

  deleteSecurityGroup(groupId: string): Promise<Failure | null> {
    return attempt('ec2:DeleteSecurityGroup', () =>
      this.client.send(new DeleteSecurityGroupCommand({ GroupId: groupId })),
    );
  }
}

function tagsOn(type: ResourceType, tags: Record<string, string>): TagSpecification {
  return { ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

function some<K extends string>(name: K, ids: string[]): Partial<Record<K, string[]>> {
  return ids.length > 0 ? ({ [name]: ids } as Record<K, string[]>) : {};
}
