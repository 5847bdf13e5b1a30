/** From a world to the observation, by the mapping that the network reader uses. */
import {
  domainFrom,
  hostedZoneFrom,
  profileAssociationsFrom,
  profileResourcesFrom,
  resolverEndpointFrom,
  resolverRuleFrom,
  resolverRuleIdsFrom,
} from '../../../functions/aws/name-facts.ts';
import {
  blockPublicAccessFrom,
  dhcpOptionsFrom,
  endpointFrom,
  endpointServiceFrom,
  exclusionFrom,
  instanceFrom,
  natGatewayFrom,
  networkAclFrom,
  networkInterfaceFrom,
  prefixListFrom,
  routeTableFrom,
  securityGroupFrom,
  subnetFrom,
  vpcFrom,
} from '../../../functions/aws/network-facts.ts';
import type { Failure, Read } from '../../../functions/core/model/reads.ts';
import type { NetworkObservation, SharedVpcNeed } from '../../../functions/core/network/facts.ts';

import type { World } from './world.ts';

function value<T>(read: T): Read<T> {
  return { kind: 'value', value: read };
}

export function failed(action: string): { kind: 'failed'; failure: Failure } {
  return {
    kind: 'failed',
    failure: { kind: 'DENIED', action, code: 'UnauthorizedOperation', message: 'You are not authorized' },
  };
}

export function observe(
  { AccountId, Region, Route53, Ssm, Ec2, Route53Resolver, Route53Profiles }: World,
  needs: SharedVpcNeed[] = [],
  foreign: NetworkObservation['foreignResources'] = {},
): NetworkObservation {
  const agents = new Map(Ssm.InstanceInformationList.map((agent) => [agent.InstanceId, agent]));
  const rules = Route53Resolver.ResolverRules.map(resolverRuleFrom);
  const endpointFacts = Ec2.VpcEndpoints.map(endpointFrom);
  return {
    accountId: AccountId,
    region: Region,
    instances: Ec2.Instances.map((one) => {
      const agent = agents.get(one.InstanceId ?? '');
      return instanceFrom(
        one,
        agent && { version: agent.AgentVersion, online: agent.PingStatus === 'Online' },
      );
    }),
    vpcs: value(Ec2.Vpcs.map(vpcFrom)),
    subnets: value(Ec2.Subnets.map(subnetFrom)),
    routeTables: value(Ec2.RouteTables.map(routeTableFrom)),
    natGateways: value(Ec2.NatGateways.map(natGatewayFrom)),
    endpoints: value(endpointFacts),
    endpointServices: value(Ec2.VpcEndpointServices.map(endpointServiceFrom)),
    securityGroups: value(Ec2.SecurityGroups.map(securityGroupFrom)),
    networkAcls: value(Ec2.NetworkAcls.map(networkAclFrom)),
    dhcpOptions: value(Ec2.DhcpOptions.map(dhcpOptionsFrom)),
    prefixLists: value(Ec2.ManagedPrefixLists.map((list) => prefixListFrom(list, list.Entries))),
    blockPublicAccess: value(blockPublicAccessFrom(Ec2.VpcBlockPublicAccessOptions)),
    exclusions: value(Ec2.VpcBlockPublicAccessExclusions.map(exclusionFrom)),
    resolverRules: value(rules),
    resolverRuleIds: value(resolverRuleIdsFrom(Route53Resolver.ResolverRuleAssociations)),
    resolverEndpoints: value(Route53Resolver.ResolverEndpoints.map(resolverEndpointFrom)),
    networkInterfaces: value(Ec2.NetworkInterfaces.map(networkInterfaceFrom)),
    profileAssociations: value(profileAssociationsFrom(Route53Profiles.ProfileAssociations)),
    profileResources: Object.fromEntries(
      Route53Profiles.ProfileAssociations.map(({ ProfileId = '' }) => [
        ProfileId,
        value(
          profileResourcesFrom(
            Route53Profiles.ProfileResourceAssociations.filter((one) => one.ProfileId === ProfileId),
          ),
        ),
      ]),
    ),
    foreignResources: {
      ...Object.fromEntries(
        Route53.HostedZones.map(({ HostedZoneId, Name }) => [
          `arn:aws:route53:::hostedzone/${HostedZoneId}`,
          value({ kind: 'hosted-zone' as const, name: domainFrom(Name) }),
        ]),
      ),
      ...foreign,
    },
    ownerViews: {},
    dnsAttributes: Object.fromEntries(
      Object.entries(Ec2.VpcAttributes).map(([vpcId, attributes]) => [
        vpcId,
        value({ support: attributes.EnableDnsSupport, hostnames: attributes.EnableDnsHostnames }),
      ]),
    ),
    hostedZones: Object.fromEntries(
      Ec2.Vpcs.map(({ VpcId = '' }) => [
        VpcId,
        value(
          Route53.HostedZones.filter(({ VPCs }) => VPCs.some(({ VPCId }) => VPCId === VpcId)).map(
            hostedZoneFrom,
          ),
        ),
      ]),
    ),
    needs,
    hubHoldings: {},
    hubZones: null,
    organizationArn: null,
    organizationId: 'o-exampleorg1',
    hubSettings: null,
    hubNeeds: [],
    hub: null,
  };
}
