import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  DescribeManagedPrefixListsCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
  paginateDescribeInstances,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { FIRST } from './snapshot-fixture.ts';

const TOKYO = 'ap-northeast-1';

/** The operator account gets the network of another, so that its own credentials see it. */
async function snapshotWithNetwork(of: string): Promise<Snapshot> {
  const snapshot = await readSnapshot(FIRST);
  const from = snapshot.accounts.get(of)?.Regions[TOKYO];
  const operator = snapshot.accounts.get(snapshot.organization.OperatorAccountId)?.Regions[TOKYO];
  if (!from || !operator) throw new Error('the fixture has changed');
  operator.Ec2 = structuredClone(from.Ec2);
  return snapshot;
}

function connect(twin: Twin, region = TOKYO): EC2Client {
  const { accessKeyId, secretAccessKey, sessionToken } = twin.operator;
  return new EC2Client({
    region,
    endpoint: twin.url,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    maxAttempts: 1,
  });
}

describe('EC2 of the twin, over HTTP', () => {
  let twin: Twin;
  let ec2: EC2Client;
  let groups: Piece[];

  beforeAll(async () => {
    const snapshot = await snapshotWithNetwork('100000000011');
    const Ec2: Piece = snapshot.accounts.get('100000000002')?.Regions[TOKYO]?.Ec2 ?? {};
    groups = Array.from({ length: 23 }, (_, index) => ({
      GroupId: `sg-${String(index).padStart(17, '0')}`,
      GroupName: `group-${index}`,
      Description: 'one of many',
      OwnerId: '100000000002',
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: 443,
          ToPort: 443,
          IpRanges: [{ CidrIp: '10.0.0.0/16', Description: 'from the VPC' }, { CidrIp: '10.1.0.0/16' }],
          UserIdGroupPairs: [{ GroupId: 'sg-other', UserId: '100000000011' }],
        },
      ],
      IpPermissionsEgress: [{ IpProtocol: '-1', Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
      Tags: [{ Key: 'Even', Value: String(index % 2 === 0) }],
    }));
    Ec2.SecurityGroups = groups;
    Ec2.ManagedPrefixLists = [
      {
        PrefixListId: 'pl-1',
        PrefixListName: 'office',
        OwnerId: '100000000002',
        Entries: [{ Cidr: '192.0.2.0/24' }],
      },
    ];
    twin = await startTwin({ snapshot });
    ec2 = connect(twin);
  });
  afterAll(async () => {
    ec2.destroy();
    await twin.close();
  });

  const codeOf = async (sent: Promise<unknown>): Promise<string> =>
    await sent.then(
      () => 'no error',
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it('Given instances of one owner, When they are described, Then they are in one reservation with dates', async () => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations).toHaveLength(1);
    expect(Reservations?.[0]?.OwnerId).toBe('100000000011');
    expect(Reservations?.[0]?.Instances?.map((each) => each.State?.Name)).toEqual([
      'running',
      'running',
      'stopped',
    ]);
    expect(Reservations?.[0]?.Instances?.[0]?.LaunchTime).toEqual(new Date('2026-10-01T00:00:00Z'));
    expect(Reservations?.[0]?.Instances?.[0]?.NetworkInterfaces?.[0]?.Attachment?.AttachTime).toBeInstanceOf(
      Date,
    );
    const [first] = Reservations?.[0]?.Instances ?? [];
    expect(first?.PublicDnsName).toBe('');
    expect(first?.PrivateDnsName).toBe(
      `ip-${first?.PrivateIpAddress?.replaceAll('.', '-')}.ap-northeast-1.compute.internal`,
    );
  });

  it('Given filters, When instances are described, Then those that fit all of them come', async () => {
    const found = async (...Filters: { Name: string; Values: string[] }[]) => {
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ Filters }));
      return (Reservations ?? [])
        .flatMap((each) => each.Instances ?? [])
        .map((each) => each.Tags?.[0]?.Value);
    };
    expect(await found({ Name: 'instance-state-name', Values: ['running'] })).toEqual(['web-a', 'web-c']);
    expect(
      await found({ Name: 'tag:Name', Values: ['web-?'] }, { Name: 'availability-zone', Values: ['*c'] }),
    ).toEqual(['web-c']);
    expect(await found({ Name: 'network-interface.attachment.status', Values: ['attached'] })).toHaveLength(
      3,
    );
    expect(await found({ Name: 'owner-id', Values: ['100000000099'] })).toEqual([]);
    expect(await codeOf(found({ Name: 'state', Values: ['running'] }))).toBe(
      "InvalidParameterValue: The filter 'state' is invalid",
    );
  });

  it('Given ids, Then unknown ones and a page size beside them are refused as AWS does', async () => {
    const instances = (input: DescribeInstancesCommandInput) =>
      codeOf(ec2.send(new DescribeInstancesCommand(input)));
    expect(await instances({ InstanceIds: ['i-00000001'] })).toBe(
      "InvalidInstanceID.NotFound: The instance ID 'i-00000001' does not exist",
    );
    expect(await instances({ InstanceIds: ['i-00000001', 'i-00000002'] })).toBe(
      "InvalidInstanceID.NotFound: The instance IDs 'i-00000001, i-00000002' do not exist",
    );
    expect(await instances({ InstanceIds: ['i-1'], MaxResults: 5 })).toBe(
      'InvalidParameterCombination: The parameter instancesSet cannot be used with the parameter maxResults',
    );
    expect(await instances({ MaxResults: 1 })).toBe(
      'InvalidParameterValue: Value ( 1 ) for parameter maxResults is invalid. Expecting a value greater than 5.',
    );
  });

  it('Given many security groups, When they are paged, Then all come once, by small and sometimes empty pages', async () => {
    const ids: string[] = [];
    const sizes: number[] = [];
    for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: 1000 }, {})) {
      sizes.push(page.SecurityGroups?.length ?? 0);
      ids.push(...(page.SecurityGroups ?? []).map((each) => each.GroupId ?? ''));
    }
    expect(ids).toEqual(groups.map((each) => each.GroupId));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
    expect(sizes).toContain(0);
  });

  it('Given no page size, When security groups are described, Then all come in one answer', async () => {
    const { SecurityGroups, NextToken } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups).toHaveLength(groups.length);
    expect(NextToken).toBeUndefined();
  });

  it('Given filters and pages together, Then each page is filtered and a foreign token is refused', async () => {
    const Filters = [{ Name: 'tag:Even', Values: ['true'] }];
    const ids: (string | undefined)[] = [];
    for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: 5 }, { Filters })) {
      ids.push(...(page.SecurityGroups ?? []).map((each) => each.GroupName));
    }
    expect(ids).toHaveLength(12);
    for await (const page of paginateDescribeInstances({ client: ec2, pageSize: 5 }, {})) {
      if (!page.NextToken) continue;
      expect(
        await codeOf(ec2.send(new DescribeSecurityGroupsCommand({ NextToken: page.NextToken }))),
      ).toMatch(/^InvalidNextToken: /);
    }
  });

  it('Given permissions of a security group, Then each of their ranges is a rule with an id that stays', async () => {
    const filtered = { Filters: [{ Name: 'group-id', Values: [groups[0]?.GroupId] }] };
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand(filtered));
    expect(
      SecurityGroupRules.map((each) => [each.IsEgress, each.FromPort, each.CidrIpv4 ?? each.CidrIpv6]),
    ).toEqual([
      [false, 443, '10.0.0.0/16'],
      [false, 443, '10.1.0.0/16'],
      [false, 443, undefined],
      [true, -1, '::/0'],
    ]);
    expect(SecurityGroupRules[0]?.Description).toBe('from the VPC');
    expect(SecurityGroupRules[2]?.ReferencedGroupInfo).toEqual({
      GroupId: 'sg-other',
      UserId: '100000000011',
    });
    const again = await ec2.send(
      new DescribeSecurityGroupRulesCommand({
        SecurityGroupRuleIds: [SecurityGroupRules[3]?.SecurityGroupRuleId ?? ''],
      }),
    );
    expect(again.SecurityGroupRules).toEqual([SecurityGroupRules[3]]);
  });

  it('Given a stopped instance, Then it has a status only with IncludeAllInstances, and then none that applies', async () => {
    const running = await ec2.send(new DescribeInstanceStatusCommand({}));
    expect(running.InstanceStatuses?.map((each) => each.InstanceStatus?.Status)).toEqual(['ok', 'ok']);
    const all = await ec2.send(new DescribeInstanceStatusCommand({ IncludeAllInstances: true }));
    expect(all.InstanceStatuses?.map((each) => each.SystemStatus?.Status)).toEqual([
      'ok',
      'ok',
      'not-applicable',
    ]);
    const stopped = all.InstanceStatuses?.[2]?.InstanceId ?? '';
    const asked = await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [stopped] }));
    expect(asked.InstanceStatuses ?? []).toEqual([]);
  });

  it('Given Regions of every opt status, Then only those that the account has come, unless all are asked for', async () => {
    const { Regions } = await ec2.send(new DescribeRegionsCommand({}));
    expect(Regions?.map((each) => [each.RegionName, each.OptInStatus])).toEqual([
      ['ap-northeast-1', 'opt-in-not-required'],
      ['us-east-1', 'opt-in-not-required'],
    ]);
    expect(Regions?.[1]?.Endpoint).toBe('ec2.us-east-1.amazonaws.com');
    const all = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    expect(all.Regions?.map((each) => each.OptInStatus)).toContain('not-opted-in');
    const named = await ec2.send(new DescribeRegionsCommand({ RegionNames: ['eu-south-2'] }));
    expect(named.Regions?.map((each) => each.OptInStatus)).toEqual(['not-opted-in']);
  });

  it('Given subnets with zone ids, Then the zones of the Region carry them', async () => {
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.map((each) => each.ZoneName)).toEqual([
      'ap-northeast-1a',
      'ap-northeast-1c',
      'ap-northeast-1d',
    ]);
    const ids = AvailabilityZones?.map((each) => each.ZoneId) ?? [];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^apne1-az\d$/);
  });

  it('Given a VPC, When one attribute is asked for, Then that one is answered', async () => {
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
    const VpcId = Vpcs?.[0]?.VpcId ?? '';
    const support = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' }));
    expect([support.EnableDnsSupport, support.EnableDnsHostnames]).toEqual([{ Value: true }, undefined]);
    const names = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
    expect(names.EnableDnsHostnames).toEqual({ Value: true });
  });

  it('Given the other lists of the format, Then each is served as the snapshot has it', async () => {
    const nat = await ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: 'state', Values: ['available'] }] }),
    );
    expect(nat.NatGateways?.map((each) => each.CreateTime)).toEqual([new Date('2025-01-01T00:00:00Z')]);
    const tables = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.main', Values: ['true'] }] }),
    );
    expect(tables.RouteTables?.[0]?.Routes?.[1]?.DestinationCidrBlock).toBe('0.0.0.0/0');
    const interfaces = await ec2.send(new DescribeNetworkInterfacesCommand({}));
    expect(interfaces.NetworkInterfaces).toHaveLength(3);
    const services = await ec2.send(
      new DescribeVpcEndpointServicesCommand({ ServiceNames: [`com.amazonaws.${TOKYO}.ssm`] }),
    );
    expect(services.ServiceNames).toEqual([`com.amazonaws.${TOKYO}.ssm`]);
    expect(services.ServiceDetails?.[0]?.PrivateDnsName).toBe(`ssm.${TOKYO}.amazonaws.com`);
    const lists = await ec2.send(new DescribeManagedPrefixListsCommand({}));
    expect(lists.PrefixLists?.map((each) => each.PrefixListName)).toEqual(['office']);
    const entries = await ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: 'pl-1' }));
    expect(entries.Entries?.map((each) => each.Cidr)).toEqual(['192.0.2.0/24']);
    const blocked = await ec2.send(new DescribeVpcBlockPublicAccessOptionsCommand({}));
    expect(blocked.VpcBlockPublicAccessOptions?.InternetGatewayBlockMode).toBe('off');
    const tags = await ec2.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['instance'] }] }),
    );
    expect(tags.Tags?.map((each) => each.Value)).toEqual(['web-a', 'web-c', 'old-batch']);
  });

  it('Given an account or Region without anything, Then its lists are empty', async () => {
    const elsewhere = connect(twin, 'us-east-1');
    expect((await elsewhere.send(new DescribeInstancesCommand({}))).Reservations ?? []).toEqual([]);
    expect((await elsewhere.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints ?? []).toEqual([]);
    elsewhere.destroy();
  });

  it('Given a dry run, Then nothing comes but that it would have worked', async () => {
    expect(await codeOf(ec2.send(new DescribeVpcsCommand({ DryRun: true })))).toMatch(/^DryRunOperation: /);
  });

  it('Given a member that the twin does not honour, Then it is refused, not ignored', async () => {
    const sent = ec2.send(new DescribeInstancesCommand({ IncludeManagedResources: true }));
    await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});
