/** EC2 of a Region, in the shapes of its describe calls. Page sizes: EC2's largest (service model). */
import {
  DescribeVpcAttributeCommand,
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcEndpointServicesCommand,
  type EC2Client,
  paginateDescribeDhcpOptions,
  paginateDescribeEgressOnlyInternetGateways,
  paginateDescribeInstanceStatus,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
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
} from '@aws-sdk/client-ec2';
import type { Region } from '../../core/model/primitives.ts';
import type { SessionClients } from '../client-pool.ts';
import { few, many } from '../page-sizes.ts';
import { type Gathering, itemsOf, type Piece, plain } from './gather.ts';

/** The agent's three, and those that a plan or an agent may want besides. */
const SERVICES = ['ssm', 'ssmmessages', 'ec2messages', 'kms', 'logs', 'ec2', 's3'];

export async function readInstances(
  clients: SessionClients,
  region: Region,
  gathering: Gathering,
): Promise<Piece[] | undefined> {
  const client = clients.ec2(region, 'read');
  return gathering.read('ec2:DescribeInstances', () =>
    itemsOf(paginateDescribeInstances({ client }, many()), (page) =>
      page.Reservations?.flatMap(({ Instances }) => Instances ?? []),
    ),
  );
}

/**
 * A Region without instance, network interface and endpoint holds nothing that a run looks at: its VPCs (the
 * default one that every account has in every Region) are left out, which saves some fifteen calls. The account of a hub
 * has them in its Region (`isWanted`).
 */
export async function readNetwork(
  clients: SessionClients,
  region: Region,
  instances: Piece[] | undefined,
  { gathering, isWanted }: { gathering: Gathering; isWanted: boolean },
): Promise<Record<string, unknown> & { Vpcs?: Piece[] }> {
  const client = clients.ec2(region, 'read');
  const config = { client };
  const [NetworkInterfaces, VpcEndpoints] = await Promise.all([
    gathering.read('ec2:DescribeNetworkInterfaces', () =>
      itemsOf(paginateDescribeNetworkInterfaces(config, many()), (page) => page.NetworkInterfaces),
    ),
    gathering.read('ec2:DescribeVpcEndpoints', () =>
      itemsOf(paginateDescribeVpcEndpoints(config, many()), (page) => page.VpcEndpoints),
    ),
  ]);
  const isUsed = [instances, NetworkInterfaces, VpcEndpoints].some(
    (list) => list === undefined || list.length > 0,
  );
  if (!isUsed && !isWanted) return {};
  const [vpcs, edges, guards, lists] = await Promise.all([
    readVpcs(client, gathering),
    readEdges(client, gathering),
    readGuards(client, gathering),
    readBlocks(client, gathering),
  ]);
  const InstanceStatuses = await gathering.read('ec2:DescribeInstanceStatus', () =>
    itemsOf(paginateDescribeInstanceStatus(config, many()), (page) => page.InstanceStatuses),
  );
  const VpcEndpointServices = await gathering.read('ec2:DescribeVpcEndpointServices', () =>
    readServices(client, region),
  );
  const named = JSON.stringify([edges.RouteTables, guards.SecurityGroups]);
  const ManagedPrefixLists = await readPrefixLists(client, named, gathering);
  const found = {
    Instances: instances,
    InstanceStatuses,
    NetworkInterfaces,
    VpcEndpoints,
    VpcEndpointServices,
    ManagedPrefixLists,
    ...vpcs,
    ...edges,
    ...guards,
    ...lists,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

async function readVpcs(client: EC2Client, gathering: Gathering): Promise<Piece> {
  const config = { client };
  const [Vpcs, Subnets, DhcpOptions] = await Promise.all([
    gathering.read('ec2:DescribeVpcs', () =>
      itemsOf(paginateDescribeVpcs(config, many()), (page) => page.Vpcs),
    ),
    gathering.read('ec2:DescribeSubnets', () =>
      itemsOf(paginateDescribeSubnets(config, many()), (page) => page.Subnets),
    ),
    gathering.read('ec2:DescribeDhcpOptions', () =>
      itemsOf(paginateDescribeDhcpOptions(config, many()), (page) => page.DhcpOptions),
    ),
  ]);
  const VpcAttributes: Record<string, Piece> = {};
  for (const { VpcId } of Vpcs ?? []) {
    const attributes = await gathering.read('ec2:DescribeVpcAttribute', () => readDns(client, String(VpcId)));
    if (attributes) VpcAttributes[String(VpcId)] = attributes;
  }
  return { Vpcs, Subnets, DhcpOptions, VpcAttributes };
}

async function readDns(client: EC2Client, VpcId: string): Promise<Piece> {
  const support = await client.send(
    new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' }),
  );
  const names = await client.send(
    new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }),
  );
  return {
    EnableDnsSupport: support.EnableDnsSupport?.Value === true,
    EnableDnsHostnames: names.EnableDnsHostnames?.Value === true,
  };
}

/** Egress. */
async function readEdges(client: EC2Client, gathering: Gathering): Promise<Piece> {
  const config = { client };
  const [RouteTables, NatGateways, InternetGateways, EgressOnlyInternetGateways] = await Promise.all([
    gathering.read('ec2:DescribeRouteTables', () =>
      itemsOf(paginateDescribeRouteTables(config, few()), (page) => page.RouteTables),
    ),
    gathering.read('ec2:DescribeNatGateways', () =>
      itemsOf(paginateDescribeNatGateways(config, many()), (page) => page.NatGateways),
    ),
    gathering.read('ec2:DescribeInternetGateways', () =>
      itemsOf(paginateDescribeInternetGateways(config, many()), (page) => page.InternetGateways),
    ),
    gathering.read('ec2:DescribeEgressOnlyInternetGateways', () =>
      itemsOf(
        paginateDescribeEgressOnlyInternetGateways(config, { MaxResults: 255 }),
        (page) => page.EgressOnlyInternetGateways,
      ),
    ),
  ]);
  return { RouteTables, NatGateways, InternetGateways, EgressOnlyInternetGateways };
}

async function readGuards(client: EC2Client, gathering: Gathering): Promise<Piece> {
  const config = { client };
  const [SecurityGroups, NetworkAcls] = await Promise.all([
    gathering.read('ec2:DescribeSecurityGroups', () =>
      itemsOf(paginateDescribeSecurityGroups(config, many()), (page) => page.SecurityGroups),
    ),
    gathering.read('ec2:DescribeNetworkAcls', () =>
      itemsOf(paginateDescribeNetworkAcls(config, many()), (page) => page.NetworkAcls),
    ),
  ]);
  return { SecurityGroups, NetworkAcls };
}

async function readBlocks(client: EC2Client, gathering: Gathering): Promise<Piece> {
  const VpcBlockPublicAccessOptions = await gathering.read(
    'ec2:DescribeVpcBlockPublicAccessOptions',
    async () =>
      plain(
        (await client.send(new DescribeVpcBlockPublicAccessOptionsCommand({}))).VpcBlockPublicAccessOptions ??
          {},
      ),
  );
  const VpcBlockPublicAccessExclusions = await gathering.read(
    'ec2:DescribeVpcBlockPublicAccessExclusions',
    () =>
      untilLast(async (NextToken) => {
        const page = await client.send(
          new DescribeVpcBlockPublicAccessExclusionsCommand({ ...many(), ...NextToken }),
        );
        return [page.VpcBlockPublicAccessExclusions, page.NextToken];
      }),
  );
  return { VpcBlockPublicAccessOptions, VpcBlockPublicAccessExclusions };
}

/** The SDK has no paginators for two of these. */
async function untilLast(
  ask: (token: { NextToken?: string }) => Promise<[items: object[] | undefined, token: string | undefined]>,
): Promise<Piece[]> {
  const all: Piece[] = [];
  let token: string | undefined;
  do {
    const [items, next] = await ask(token ? { NextToken: token } : {});
    all.push(...(items ?? []).map((item) => plain(item) as Piece));
    token = next;
  } while (token);
  return all;
}

function readServices(client: EC2Client, region: Region): Promise<Piece[]> {
  const Filters = [{ Name: 'service-name', Values: SERVICES.map((name) => `*.${region}.${name}`) }];
  return untilLast(async (NextToken) => {
    const page = await client.send(
      new DescribeVpcEndpointServicesCommand({ ...many(), Filters, ...NextToken }),
    );
    return [page.ServiceDetails, page.NextToken];
  });
}

/** Those that a route or a rule names; an account sees dozens of AWS's own. */
async function readPrefixLists(
  client: EC2Client,
  named: string,
  gathering: Gathering,
): Promise<Piece[] | undefined> {
  if (!named.includes('"pl-')) return undefined;
  const lists = await gathering.read('ec2:DescribeManagedPrefixLists', () =>
    itemsOf(paginateDescribeManagedPrefixLists({ client }, few()), (page) => page.PrefixLists),
  );
  const wanted = (lists ?? []).filter(({ PrefixListId }) => named.includes(`"${PrefixListId}"`));
  for (const list of wanted) {
    const PrefixListId = String(list.PrefixListId);
    const entries = await gathering.read('ec2:GetManagedPrefixListEntries', () =>
      itemsOf(
        paginateGetManagedPrefixListEntries({ client }, { ...few(), PrefixListId }),
        (page) => page.Entries,
      ),
    );
    list.Entries = entries ?? [];
  }
  return wanted;
}
