/** The observation, joined in memory: look-ups by id, so that no rule searches lists. */
import type { Failure, Read } from '../model/reads.ts';
import type {
  DhcpOptionsFacts,
  EndpointFacts,
  NatGatewayFacts,
  NetworkAclFacts,
  NetworkObservation,
  PrefixListFacts,
  RouteTableFacts,
  SecurityGroupFacts,
  SubnetFacts,
  VpcFacts,
} from './facts.ts';

export interface Network {
  observation: NetworkObservation;
  vpcs: Map<string, VpcFacts>;
  subnets: Map<string, SubnetFacts>;
  natGateways: Map<string, NatGatewayFacts>;
  securityGroups: Map<string, SecurityGroupFacts>;
  prefixLists: Map<string, PrefixListFacts>;
  dhcpOptions: Map<string, DhcpOptionsFacts>;
  endpointsByVpc: Map<string, EndpointFacts[]>;
  routeTables: Map<string, RouteTableFacts>;
  /** The explicit table of a subnet, else the main one of its VPC. */
  routeTableOf(subnet: SubnetFacts): RouteTableFacts | null;
  aclOf(subnetId: string): NetworkAclFacts | null;
}

/** The value of a read, or nothing: see `failureOf` for whether nothing is an answer. */
export function valuesOf<T>(read: Read<T[]> | null): T[] {
  return read?.kind === 'value' ? read.value : [];
}

/** Why a read has no answer. A Region that lacks the feature has answered: there is none of it. */
export function failureOf(read: Read<unknown> | null | undefined): Failure | null {
  return read?.kind === 'failed' && read.failure.kind !== 'UNSUPPORTED_IN_REGION' ? read.failure : null;
}

function byKey<T>(items: T[], key: (item: T) => string): Map<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

export function joinNetwork(observation: NetworkObservation): Network {
  const tables = valuesOf(observation.routeTables);
  const explicit = new Map(tables.flatMap((table) => table.subnetIds.map((id) => [id, table] as const)));
  const main = byKey(
    tables.filter((table) => table.main),
    (table) => table.vpcId,
  );
  const acls = new Map(
    valuesOf(observation.networkAcls).flatMap((acl) => acl.subnetIds.map((id) => [id, acl] as const)),
  );
  return {
    observation,
    vpcs: byKey(valuesOf(observation.vpcs), (vpc) => vpc.vpcId),
    subnets: byKey(valuesOf(observation.subnets), (subnet) => subnet.subnetId),
    natGateways: byKey(valuesOf(observation.natGateways), (nat) => nat.natGatewayId),
    securityGroups: byKey(valuesOf(observation.securityGroups), (group) => group.groupId),
    prefixLists: byKey(valuesOf(observation.prefixLists), (list) => list.prefixListId),
    dhcpOptions: byKey(valuesOf(observation.dhcpOptions), (options) => options.dhcpOptionsId),
    endpointsByVpc: Map.groupBy(valuesOf(observation.endpoints), (endpoint) => endpoint.vpcId),
    routeTables: byKey(tables, (table) => table.routeTableId),
    routeTableOf: (subnet) => explicit.get(subnet.subnetId) ?? main.get(subnet.vpcId) ?? null,
    aclOf: (subnetId) => acls.get(subnetId) ?? null,
  };
}
