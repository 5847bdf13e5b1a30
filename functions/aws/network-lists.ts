/** EC2's lists of a Region, each whole, page by page, as facts. Page sizes: EC2's largest (service model). */
import {
  DescribeVpcAttributeCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcEndpointServicesCommand,
  type Filter,
  type ManagedPrefixList,
  type PrefixListEntry,
  paginateDescribeDhcpOptions,
  paginateDescribeManagedPrefixLists,
  paginateDescribeNatGateways,
  paginateDescribeNetworkAcls,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
  paginateGetManagedPrefixListEntries,
  type ServiceDetail,
} from '@aws-sdk/client-ec2';
import type { Region } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';
import type {
  BlockPublicAccessFacts,
  DhcpOptionsFacts,
  EndpointFacts,
  EndpointServiceFacts,
  ExclusionFacts,
  NatGatewayFacts,
  NetworkAclFacts,
  NetworkInterfaceFacts,
  RouteTableFacts,
  SecurityGroupFacts,
  SubnetFacts,
  Tags,
  VpcDnsAttributes,
  VpcFacts,
} from '../core/network/facts.ts';
import { OPTIONAL_SERVICES, SERVICE_NAMES } from '../core/network/needed-names.ts';
import { recognizeMark } from '../core/tags.ts';
import type { SessionClients } from './client-pool.ts';
import {
  blockPublicAccessFrom,
  dhcpOptionsFrom,
  endpointFrom,
  endpointServiceFrom,
  exclusionFrom,
  natGatewayFrom,
  networkAclFrom,
  networkInterfaceFrom,
  routeTableFrom,
  securityGroupFrom,
  subnetFrom,
  vpcFrom,
} from './network-facts.ts';
import { few, many } from './page-sizes.ts';
import { read } from './reads.ts';

async function collect<P, I, O>(
  pages: AsyncIterable<P>,
  items: (page: P) => I[] | undefined,
  toFacts: (item: I) => O,
): Promise<O[]> {
  const all: O[] = [];
  for await (const page of pages) all.push(...(items(page) ?? []).map(toFacts));
  return all;
}

export class NetworkLists {
  private readonly config;
  private readonly ownTags;

  constructor(clients: SessionClients, region: Region) {
    this.config = { client: clients.ec2(region, 'read') };
    this.ownTags = clients.ownTags;
  }

  vpcs(): Promise<Read<VpcFacts[]>> {
    return read('ec2:DescribeVpcs', () =>
      collect(paginateDescribeVpcs(this.config, many()), (page) => page.Vpcs, vpcFrom),
    );
  }

  subnets(): Promise<Read<SubnetFacts[]>> {
    return read('ec2:DescribeSubnets', () =>
      collect(paginateDescribeSubnets(this.config, many()), (page) => page.Subnets, subnetFrom),
    );
  }

  routeTables(): Promise<Read<RouteTableFacts[]>> {
    return read('ec2:DescribeRouteTables', () =>
      collect(paginateDescribeRouteTables(this.config, few()), (page) => page.RouteTables, routeTableFrom),
    );
  }

  natGateways(): Promise<Read<NatGatewayFacts[]>> {
    return read('ec2:DescribeNatGateways', () =>
      collect(paginateDescribeNatGateways(this.config, many()), (page) => page.NatGateways, natGatewayFrom),
    );
  }

  endpoints(filters: Filter[] = []): Promise<Read<EndpointFacts[]>> {
    return read('ec2:DescribeVpcEndpoints', () =>
      collect(
        paginateDescribeVpcEndpoints(this.config, { ...many(), ...filtered(filters) }),
        (page) => page.VpcEndpoints,
        (endpoint) => this.withMark(endpointFrom(endpoint)),
      ),
    );
  }

  securityGroups(filters: Filter[] = []): Promise<Read<SecurityGroupFacts[]>> {
    return read('ec2:DescribeSecurityGroups', () =>
      collect(
        paginateDescribeSecurityGroups(this.config, { ...many(), ...filtered(filters) }),
        (page) => page.SecurityGroups,
        (group) => this.withMark(securityGroupFrom(group)),
      ),
    );
  }

  private withMark<T extends { tags: Tags }>(facts: T): T {
    return { ...facts, tags: recognizeMark(facts.tags, this.ownTags) };
  }

  /** Of these VPCs, participants' interfaces included where the account owns the VPC. */
  networkInterfaces(vpcIds: string[]): Promise<Read<NetworkInterfaceFacts[]>> {
    return read('ec2:DescribeNetworkInterfaces', () =>
      collect(
        paginateDescribeNetworkInterfaces(this.config, {
          ...many(),
          ...filtered([{ Name: 'vpc-id', Values: vpcIds }]),
        }),
        (page) => page.NetworkInterfaces,
        networkInterfaceFrom,
      ),
    );
  }

  networkAcls(): Promise<Read<NetworkAclFacts[]>> {
    return read('ec2:DescribeNetworkAcls', () =>
      collect(paginateDescribeNetworkAcls(this.config, many()), (page) => page.NetworkAcls, networkAclFrom),
    );
  }

  dhcpOptions(): Promise<Read<DhcpOptionsFacts[]>> {
    return read('ec2:DescribeDhcpOptions', () =>
      collect(paginateDescribeDhcpOptions(this.config, many()), (page) => page.DhcpOptions, dhcpOptionsFrom),
    );
  }

  prefixLists(): Promise<Read<ManagedPrefixList[]>> {
    return read('ec2:DescribeManagedPrefixLists', () =>
      collect(
        paginateDescribeManagedPrefixLists(this.config, few()),
        (page) => page.PrefixLists,
        (list) => list,
      ),
    );
  }

  prefixListEntries(prefixListId: string): Promise<Read<PrefixListEntry[]>> {
    return read('ec2:GetManagedPrefixListEntries', () =>
      collect(
        paginateGetManagedPrefixListEntries(this.config, { ...few(), PrefixListId: prefixListId }),
        (page) => page.Entries,
        (entry) => entry,
      ),
    );
  }

  blockPublicAccess(): Promise<Read<BlockPublicAccessFacts>> {
    return read('ec2:DescribeVpcBlockPublicAccessOptions', async () =>
      blockPublicAccessFrom(
        (await this.config.client.send(new DescribeVpcBlockPublicAccessOptionsCommand({})))
          .VpcBlockPublicAccessOptions ?? {},
      ),
    );
  }

  /** The SDK has no paginator for it. */
  exclusions(): Promise<Read<ExclusionFacts[]>> {
    return read('ec2:DescribeVpcBlockPublicAccessExclusions', async () => {
      const all: ExclusionFacts[] = [];
      let token: string | undefined;
      do {
        const page = await this.config.client.send(
          new DescribeVpcBlockPublicAccessExclusionsCommand({
            ...many(),
            ...(token && { NextToken: token }),
          }),
        );
        all.push(...(page.VpcBlockPublicAccessExclusions ?? []).map(exclusionFrom));
        token = page.NextToken;
      } while (token);
      return all;
    });
  }

  /** Services that may get endpoints; their names hold the Region, whatever the partition's prefix. */
  endpointServices(region: Region): Promise<Read<EndpointServiceFacts[]>> {
    return read('ec2:DescribeVpcEndpointServices', async () => {
      const all: ServiceDetail[] = [];
      let token: string | undefined;
      do {
        const page = await this.config.client.send(
          new DescribeVpcEndpointServicesCommand({
            ...many(),
            Filters: [
              {
                Name: 'service-name',
                Values: [...SERVICE_NAMES, ...OPTIONAL_SERVICES].map((name) => `*.${region}.${name}`),
              },
            ],
            ...(token && { NextToken: token }),
          }),
        );
        all.push(...(page.ServiceDetails ?? []));
        token = page.NextToken;
      } while (token);
      return all.map(endpointServiceFrom);
    });
  }

  /** One attribute a call (DescribeVpcAttribute). */
  dnsAttributes(vpcId: string): Promise<Read<VpcDnsAttributes>> {
    return read('ec2:DescribeVpcAttribute', async () => {
      const [support, hostnames] = await Promise.all(
        (['enableDnsSupport', 'enableDnsHostnames'] as const).map((Attribute) =>
          this.config.client.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute })),
        ),
      );
      return {
        support: support?.EnableDnsSupport?.Value === true,
        hostnames: hostnames?.EnableDnsHostnames?.Value === true,
      };
    });
  }
}

function filtered(filters: Filter[]): { Filters?: Filter[] } {
  return filters.length > 0 ? { Filters: filters } : {};
}
