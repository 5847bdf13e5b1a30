/**
 * The network of an account in a Region, as observed: plain data, nothing decided. functions/aws maps
 * EC2's and Route 53's answers to it.
 *
 * A collection is a Read: one that failed makes what depends on it UNKNOWN, with that failure. A look-up
 * that is null was not asked for, because none of its answers could change a verdict
 * (`wantedLookups`); it counts as empty. Internet gateways are not read: a route to a detached one is in
 * state blackhole.
 */

import type { AccountId, Region } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import type {
  AliasTarget,
  HubHolding,
  HubSettings,
  HubZoneFacts,
  SpokeResult,
  TransitAssociationFacts,
  TransitAttachmentFacts,
  TransitRouteFacts,
} from './hub-facts.ts';

export type Tags = Record<string, string>;

export type BlockMode = 'off' | 'block-ingress' | 'block-bidirectional';

export interface VpcFacts {
  vpcId: string;
  ownerId: AccountId;
  /** IPv4 blocks in state associated. */
  cidrs: string[];
  /** The block that the VPC was created with: Amazon's DNS is at its base plus two, and at no other's. */
  primaryCidr: string | null;
  /** null where the VPC has no DHCP option set at all (EC2 writes `default`). */
  dhcpOptionsId: string | null;
  /** Of `BlockPublicAccessStates`; null where EC2 does not say. */
  blockMode: BlockMode | null;
  tags: Tags;
}

export interface SubnetFacts {
  subnetId: string;
  vpcId: string;
  ownerId: AccountId;
  /** null in an IPv6-native subnet. */
  cidr: string | null;
  /** IPv6 blocks in state associated. */
  ipv6Cidrs: string[];
  zone: string;
  zoneId: string;
  freeAddresses: number;
  ipv6Native: boolean;
  dns64: boolean;
  blockMode: BlockMode | null;
  tags: Tags;
}

export type RouteTargetKind =
  | 'local'
  | 'igw'
  | 'nat'
  | 'eigw'
  | 'tgw'
  | 'vgw'
  | 'pcx'
  | 'eni'
  | 'instance'
  | 'vpce'
  | 'lgw'
  | 'cagw'
  | 'core-network'
  | 'other';

export interface RouteFacts {
  destination:
    | { kind: 'ipv4'; cidr: string }
    | { kind: 'ipv6'; cidr: string }
    | { kind: 'prefix-list'; prefixListId: string };
  target: { kind: RouteTargetKind; id: string };
  state: 'active' | 'blackhole' | 'filtered';
  /** Origin EnableVgwRoutePropagation. */
  propagated: boolean;
}

export interface RouteTableFacts {
  routeTableId: string;
  vpcId: string;
  /** Associated subnets; gateway associations are left out. */
  subnetIds: string[];
  main: boolean;
  routes: RouteFacts[];
}

export interface NatGatewayFacts {
  natGatewayId: string;
  vpcId: string;
  /** null for a regional NAT gateway. */
  subnetId: string | null;
  state: 'pending' | 'failed' | 'available' | 'deleting' | 'deleted';
  connectivity: 'public' | 'private';
  availability: 'zonal' | 'regional';
  /** Of a regional one, where EC2 names it. */
  routeTableId: string | null;
}

export interface EndpointFacts {
  endpointId: string;
  vpcId: string;
  ownerId: AccountId;
  type: 'interface' | 'gateway' | 'gateway-load-balancer' | 'other';
  serviceName: string;
  /** Lower case: the API and the SDK disagree on capitals (docs/spec/aws-facts.md, "Network path"). */
  state: string;
  privateDns: boolean;
  /** Its Regional name, that of no single zone; null where none was seen. */
  regionalName: AliasTarget | null;
  /** Kinds of addresses that its interfaces have. */
  addresses: 'ipv4' | 'dualstack' | 'ipv6';
  subnetIds: string[];
  groupIds: string[];
  /** Of a gateway endpoint. */
  routeTableIds: string[];
  /** JSON; null where there is none, which means full access. */
  policy: string | null;
  tags: Tags;
}

export interface EndpointServiceFacts {
  /** e.g. `com.amazonaws.eu-west-1.ssm`. */
  serviceName: string;
  /** As this account names its zones. */
  zones: string[];
  privateDnsName: string | null;
  /** S3 is offered as both under one name, as two services. */
  type: 'interface' | 'gateway' | 'other';
}

export interface GroupRule {
  /** `tcp`, `udp`, a number, or `-1` for all. */
  protocol: string;
  fromPort: number | null;
  toPort: number | null;
  cidrs: string[];
  ipv6Cidrs: string[];
  groupIds: string[];
  prefixListIds: string[];
}

export interface SecurityGroupFacts {
  groupId: string;
  groupName: string;
  vpcId: string;
  ingress: GroupRule[];
  egress: GroupRule[];
  tags: Tags;
}

export interface AclEntry {
  ruleNumber: number;
  egress: boolean;
  allow: boolean;
  /** A number, or `-1` for all. */
  protocol: string;
  /** null in an IPv6 rule. */
  cidr: string | null;
  /** null in an IPv4 rule. */
  ipv6Cidr: string | null;
  fromPort: number | null;
  toPort: number | null;
}

export interface NetworkAclFacts {
  networkAclId: string;
  vpcId: string;
  subnetIds: string[];
  entries: AclEntry[];
}

export interface DhcpOptionsFacts {
  dhcpOptionsId: string;
  /** In the order of the set, in which they are asked. Empty where the set names none: it hands out none then. */
  nameServers: string[];
}

export interface PrefixListFacts {
  prefixListId: string;
  /** Owner `AWS`: S3, DynamoDB, CloudFront and the like; none of them holds Systems Manager. */
  awsManaged: boolean;
  /** IPv4 entries; null where they were not read. */
  cidrs: string[] | null;
}

export interface InstanceFacts {
  instanceId: string;
  vpcId: string;
  /** Of the primary interface, by which the default route goes. */
  subnetId: string;
  state: 'running' | 'stopped' | 'other';
  platform: 'linux' | 'windows' | 'macos';
  /** null on an interface without IPv4. */
  privateIp: string | null;
  /** A public IPv4 or Elastic IP address is on the primary interface. */
  hasPublicIp: boolean;
  /** Of the primary interface; null where it has none. */
  ipv6: string | null;
  /** Built on the Xen hypervisor, by its instance type; false where the type is not known. */
  xen: boolean;
  groupIds: string[];
  /** null where Systems Manager never reported one. */
  agentVersion: string | null;
  online: boolean;
  tags: Tags;
}

export interface VpcDnsAttributes {
  support: boolean;
  hostnames: boolean;
}

export interface BlockPublicAccessFacts {
  mode: BlockMode;
}

export interface ExclusionFacts {
  exclusionId: string;
  /** `vpc-...` or `subnet-...`. */
  resourceId: string;
  mode: 'allow-bidirectional' | 'allow-egress';
  inForce: boolean;
}

export interface HostedZoneFacts {
  hostedZoneId: string;
  /** Without the trailing dot, lower case. */
  name: string;
  owningAccount: AccountId | null;
  /** Zones of AWS services are left out of every decision. */
  owningService: string | null;
}

/** An association of a Route 53 Profile with a VPC. */
export interface ProfileAssociationFacts {
  profileId: string;
  vpcId: string;
  /** Ours carries the id of the change that made it. */
  name: string | null;
  /** 100 to 9900; the lowest is evaluated first. */
  priority: number;
}

export interface ProfileResourceFacts {
  profileId: string;
  resourceArn: string;
  kind: 'hosted-zone' | 'endpoint' | 'resolver-rule' | 'other';
  /** Id within its service, e.g. `vpce-...`, `Z...`, `rslvr-rr-...`. */
  resourceId: string;
  /** The account to ask about it: that of the ARN, else that of the association; null where neither is named. */
  ownerId: AccountId | null;
}

/** What the owner of a resource of a Profile says that it is. */
export type ForeignResourceFacts =
  | { kind: 'endpoint'; serviceName: string; privateDns: boolean; state: string }
  | { kind: 'hosted-zone'; name: string };

export interface ResolverRuleFacts {
  ruleId: string;
  /** Without the trailing dot, lower case; the root is the empty string. */
  domain: string;
  type: 'FORWARD' | 'SYSTEM' | 'RECURSIVE' | 'DELEGATE';
}

export interface ResolverEndpointFacts {
  resolverEndpointId: string;
  vpcId: string;
  direction: 'INBOUND' | 'OUTBOUND' | 'OTHER';
}

/** A network interface, as far as it says who or what is behind an address. */
export interface NetworkInterfaceFacts {
  networkInterfaceId: string;
  vpcId: string;
  subnetId: string;
  ownerId: AccountId;
  privateIp: string | null;
  groupIds: string[];
  /** `d-...` where the description names a directory of AWS Directory Service. */
  directoryId: string | null;
  /** Of the instance that it is attached to; null where there is none, or the account may not see it. */
  instanceId: string | null;
}

/** What a participant of a shared VPC needs of its owner (NEED#<vpc> under the owner's key). */
export interface SharedVpcNeed {
  vpcId: string;
  participantId: AccountId;
  subnetIds: string[];
  /** Short names, e.g. `ssmmessages`. */
  services: string[];
  /** Whether the version of some agent among them is not known. */
  unknownAgents: boolean;
  /** VPCs of the participant that use this one as their hub, or could; left out: it takes part in the VPC itself. */
  spokes?: SpokeNeed[];
  /** By the account of a hub that is to be made: why it cannot be. */
  refusal?: string;
}

export type SpokeNeed = SpokeResult & { vpcId: string; cidrs: string[] };

export interface NetworkObservation {
  accountId: AccountId;
  region: Region;
  instances: InstanceFacts[];
  vpcs: Read<VpcFacts[]>;
  subnets: Read<SubnetFacts[]>;
  routeTables: Read<RouteTableFacts[]>;
  endpoints: Read<EndpointFacts[]>;
  securityGroups: Read<SecurityGroupFacts[]>;
  networkAcls: Read<NetworkAclFacts[]>;
  dhcpOptions: Read<DhcpOptionsFacts[]>;
  natGateways: Read<NatGatewayFacts[]> | null;
  endpointServices: Read<EndpointServiceFacts[]> | null;
  prefixLists: Read<PrefixListFacts[]> | null;
  blockPublicAccess: Read<BlockPublicAccessFacts> | null;
  exclusions: Read<ExclusionFacts[]> | null;
  /** Of VPCs in question: where a DNS server may be a directory's, or participants have instances. */
  networkInterfaces: Read<NetworkInterfaceFacts[]> | null;
  resolverRules: Read<ResolverRuleFacts[]> | null;
  /** VPC id to the ids of the rules associated with it. */
  resolverRuleIds: Read<Record<string, string[]>> | null;
  resolverEndpoints: Read<ResolverEndpointFacts[]> | null;
  profileAssociations: Read<ProfileAssociationFacts[]> | null;
  /** By Profile; one left out was not asked for. */
  profileResources: Record<string, Read<ProfileResourceFacts[]>>;
  /** By ARN, what Profiles hold of other accounts; one left out was not asked for. */
  foreignResources: Record<string, Read<ForeignResourceFacts>>;
  /** By VPC; one left out was not asked for. */
  dnsAttributes: Record<string, Read<VpcDnsAttributes>>;
  hostedZones: Record<string, Read<HostedZoneFacts[]>>;
  /** By VPC that is shared with this account: the network as its owner sees it; left out: not asked for. */
  ownerViews: Record<string, Read<NetworkObservation>>;
  needs: SharedVpcNeed[];
  /** By VPC that is a hub to be made, what this account holds of it; one left out was not asked for. */
  hubHoldings: Record<string, Read<HubHolding>>;
  /** Of a hub by zones in this account; null where that was not asked for. */
  hubZones: Read<HubZoneFacts[]> | null;
  /** With which a hub's Profile is shared; null where no hub is set. */
  organizationArn: string | null;
  /** Of the Region; null where none is set or used. */
  /** Of the account, for policies that name it. */
  organizationId: string;
  hubSettings: HubSettings | null;
  /** What all accounts recorded for the hub of the Region; empty where none is set. */
  hubNeeds: SharedVpcNeed[];
  /** null where no hub is configured or no VPC may use it; absent: its account is out of scope. */
  hub: Read<HubObservation> | null;
}

export interface HubObservation {
  settings: HubSettings;
  /** As set, or of the name of a hub that is made; null where there is none yet. */
  profileId: string | null;
  /** The Region's lists of the hub's account. */
  network: NetworkObservation;
  profileResources: Read<ProfileResourceFacts[]>;
  /** Of a hub by zones; absent of one by Profile. */
  zones: Read<HubZoneFacts[]>;
  /** Of VPCs of the hub's account, and of the spoke's. */
  hubAttachments: Read<TransitAttachmentFacts[]>;
  spokeAttachments: Read<TransitAttachmentFacts[]>;
  /** Of both, as the owner of the transit gateways sees them. */
  associations: Read<TransitAssociationFacts[]>;
  /** By route table of a transit gateway. */
  transitRoutes: Record<string, Read<TransitRouteFacts[]>>;
  /** Owners of transit gateways between them that the rollout does not cover. */
  closedOwners: AccountId[];
}
