/** Hosted zones through the SDK; Profiles and Resolver, of which there is no SDK client here, through the AWS CLI. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CreateVpcEndpointCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  GetHostedZoneCommand,
  ListHostedZonesByVPCCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, configuration, enter, startFirst } from './first-organization.ts';

// each command of the CLI starts a Python interpreter
jest.setTimeout(120_000);

const run = promisify(execFile);
const TOKYO = 'ap-northeast-1';
const ACCOUNT = '100000000012';
const OTHER = '100000000011';
const VPC = 'vpc-d8eb64de68c590837';
const LOGS = 'logs.ap-northeast-1.amazonaws.com.';

function furnish({ accounts }: Snapshot): void {
  const account = accounts.get(ACCOUNT);
  const region = account?.Regions[TOKYO];
  if (!account || !region) throw new Error('the fixture has changed');
  account.Route53.HostedZones = [
    {
      Id: '/hostedzone/ZOWN',
      Name: LOGS,
      CallerReference: 'test',
      VPCs: [{ VPCRegion: TOKYO, VPCId: VPC }],
      ResourceRecordSets: Array.from({ length: 7 }, (_, index) => ({
        Name: `r${index}.${LOGS}`,
        Type: 'A',
        TTL: 60,
        ResourceRecords: [{ Value: `10.9.0.${index}` }],
      })),
    },
  ];
  accounts
    .get(OTHER)
    ?.Route53.HostedZones.push(
      { Id: '/hostedzone/ZOTHER', Name: 'corp.example.', VPCs: [{ VPCRegion: TOKYO, VPCId: VPC }] },
      { Id: '/hostedzone/ZAWAY', Name: 'away.example.', VPCs: [{ VPCRegion: TOKYO, VPCId: 'vpc-away' }] },
    );
  region.Route53Profiles = {
    ProfileAssociations: ['one', 'two', 'three'].map((Name, index) => ({
      Id: `rpassoc-${index}`,
      Name,
      ProfileId: `rp-${index}`,
      ResourceId: VPC,
      OwnerId: ACCOUNT,
      Status: 'COMPLETE',
      CreationTime: '2026-01-01T00:00:00+00:00',
    })),
    ProfileResourceAssociations: [
      {
        Id: 'rpr-1',
        Name: 'central',
        ProfileId: 'rp-1',
        ResourceArn: 'arn:aws:route53:::hostedzone/ZOTHER',
        ResourceType: 'PRIVATE_HOSTED_ZONE',
        Status: 'COMPLETE',
      },
    ],
  };
  region.Route53Resolver = {
    ResolverEndpoints: [
      {
        Id: 'rslvr-in-1',
        Direction: 'INBOUND',
        HostVPCId: VPC,
        IpAddressCount: 1,
        Status: 'OPERATIONAL',
        SecurityGroupIds: ['sg-1'],
        IpAddresses: [
          { IpId: 'rni-1', Ip: '10.12.0.53', SubnetId: 'subnet-2415f79398ee155a5', Status: 'ATTACHED' },
        ],
      },
      { Id: 'rslvr-out-1', Direction: 'OUTBOUND', HostVPCId: VPC, IpAddressCount: 2, Status: 'OPERATIONAL' },
    ],
    ResolverRules: ['corp.example.', 'amazonaws.com.'].map((DomainName, index) => ({
      Id: `rslvr-rr-${index}`,
      DomainName,
      RuleType: 'FORWARD',
      Status: 'COMPLETE',
      TargetIps: [{ Ip: '10.200.0.1', Port: 53 }],
    })),
    ResolverRuleAssociations: [
      { Id: 'rslvr-rrassoc-1', ResolverRuleId: 'rslvr-rr-1', VPCId: VPC, Status: 'COMPLETE' },
      { Id: 'rslvr-rrassoc-2', ResolverRuleId: 'rslvr-rr-0', VPCId: 'vpc-away', Status: 'COMPLETE' },
    ],
  };
}

let twin: Twin;
let credentials: Credentials;
let route53: Route53Client;

beforeAll(async () => {
  twin = await startFirst({ change: furnish });
  credentials = await enter(twin, ACCOUNT);
  route53 = new Route53Client(configuration(twin, TOKYO, credentials));
});
afterAll(async () => {
  route53.destroy();
  await twin.close();
});

async function zonesOf(VPCId: string): Promise<Piece[]> {
  const zones: Piece[] = [];
  let NextToken: string | undefined;
  do {
    const page = await route53.send(new ListHostedZonesByVPCCommand({ VPCId, VPCRegion: TOKYO, NextToken }));
    zones.push(...(page.HostedZoneSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return zones;
}

async function recordNames(HostedZoneId: string): Promise<(string | undefined)[]> {
  const names: (string | undefined)[] = [];
  let from: Pick<ListResourceRecordSetsCommandOutput, 'NextRecordName' | 'NextRecordType'> = {};
  do {
    const page: ListResourceRecordSetsCommandOutput = await route53.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId,
        StartRecordName: from.NextRecordName,
        StartRecordType: from.NextRecordType,
      }),
    );
    names.push(...(page.ResourceRecordSets ?? []).map(({ Name }) => Name));
    from = page;
  } while (from.NextRecordName);
  return names;
}

describe('Given private hosted zones of several accounts', () => {
  it("When a VPC's zones are listed, Then every account's with its owner, and those of endpoints with their service", async () => {
    const ec2 = new EC2Client(configuration(twin, TOKYO, credentials));
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcEndpointType: 'Interface',
        VpcId: VPC,
        ServiceName: `com.amazonaws.${TOKYO}.ssm`,
      }),
    );
    ec2.destroy();
    const zones = await zonesOf(VPC);
    expect(zones.map(({ Name, Owner }) => ({ Name, Owner }))).toEqual([
      { Name: 'corp.example.', Owner: { OwningAccount: OTHER } },
      { Name: LOGS, Owner: { OwningAccount: ACCOUNT } },
      { Name: 'ssm.ap-northeast-1.amazonaws.com.', Owner: { OwningService: 'vpce.amazonaws.com' } },
    ]);
    expect(zones[0]?.HostedZoneId).toBe('ZOTHER');
    await expect(zonesOf('vpc-away')).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  it('When record sets are read, Then all of the own zone, and none of another account', async () => {
    const names = await recordNames('ZOWN');
    expect(names).toEqual(Array.from({ length: 7 }, (_, index) => `r${index}.${LOGS}`));
    const { HostedZone, VPCs } = await route53.send(new GetHostedZoneCommand({ Id: 'ZOWN' }));
    expect(HostedZone).toMatchObject({ Id: '/hostedzone/ZOWN', Name: LOGS, Config: { PrivateZone: true } });
    expect(VPCs).toEqual([{ VPCRegion: TOKYO, VPCId: VPC }]);
    await expect(route53.send(new GetHostedZoneCommand({ Id: 'ZOTHER' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('is not authorized to access this resource'),
    });
    await expect(route53.send(new GetHostedZoneCommand({ Id: 'ZNONE' }))).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
    });
  });
});

async function aws(args: string[], as: Credentials = credentials): Promise<Piece> {
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    AWS_ENDPOINT_URL: twin.url,
    AWS_DEFAULT_REGION: TOKYO,
    AWS_ACCESS_KEY_ID: as.accessKeyId,
    AWS_SECRET_ACCESS_KEY: as.secretAccessKey,
    AWS_SESSION_TOKEN: as.sessionToken,
    AWS_MAX_ATTEMPTS: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  };
  try {
    const { stdout } = await run('aws', [...args, '--output', 'json'], { env });
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(String((error as { stderr?: string }).stderr ?? error).trim(), { cause: error });
  }
}

describe('Given the AWS CLI', () => {
  it('When Profiles are listed in pages, Then all associations and their resources', async () => {
    const { ProfileAssociations } = await aws([
      'route53profiles',
      'list-profile-associations',
      '--page-size',
      '1',
    ]);
    expect(ProfileAssociations.map(({ ProfileId }: Piece) => ProfileId)).toEqual(['rp-0', 'rp-1', 'rp-2']);
    // version 1 of the CLI prints epoch seconds, version 2 ISO 8601
    const made = ProfileAssociations[0].CreationTime;
    expect(new Date(typeof made === 'number' ? made * 1000 : made).toISOString()).toBe(
      '2026-01-01T00:00:00.000Z',
    );
    const one = await aws(['route53profiles', 'list-profile-associations', '--profile-id', 'rp-2']);
    expect(one.ProfileAssociations).toHaveLength(1);
    const args = ['route53profiles', 'list-profile-resource-associations', '--profile-id', 'rp-1'];
    const { ProfileResourceAssociations } = await aws(args);
    expect(ProfileResourceAssociations).toEqual([
      expect.objectContaining({
        ResourceArn: 'arn:aws:route53:::hostedzone/ZOTHER',
        ResourceType: 'PRIVATE_HOSTED_ZONE',
      }),
    ]);
  });

  it('When Resolver is listed with filters, Then endpoints, addresses, rules and associations', async () => {
    const inbound = await aws([
      'route53resolver',
      'list-resolver-endpoints',
      '--filters',
      'Name=Direction,Values=INBOUND',
    ]);
    expect(inbound.ResolverEndpoints).toEqual([
      {
        Id: 'rslvr-in-1',
        Direction: 'INBOUND',
        HostVPCId: VPC,
        IpAddressCount: 1,
        Status: 'OPERATIONAL',
        SecurityGroupIds: ['sg-1'],
      },
    ]);
    const addresses = await aws([
      'route53resolver',
      'list-resolver-endpoint-ip-addresses',
      '--resolver-endpoint-id',
      'rslvr-in-1',
    ]);
    expect(addresses.IpAddresses).toEqual([
      expect.objectContaining({ Ip: '10.12.0.53', Status: 'ATTACHED' }),
    ]);
    const rules = await aws([
      'route53resolver',
      'list-resolver-rules',
      '--filters',
      'Name=TYPE,Values=FORWARD',
    ]);
    expect(rules.ResolverRules.map(({ DomainName }: Piece) => DomainName)).toEqual([
      'corp.example.',
      'amazonaws.com.',
    ]);
    expect(rules.ResolverRules[0].TargetIps).toEqual([{ Ip: '10.200.0.1', Port: 53 }]);
    const of = await aws([
      'route53resolver',
      'list-resolver-rule-associations',
      '--filters',
      `Name=VPCId,Values=${VPC}`,
    ]);
    expect(of.ResolverRuleAssociations).toEqual([expect.objectContaining({ ResolverRuleId: 'rslvr-rr-1' })]);
  });

  it("When it is denied or asks wrongly, Then AWS's errors", async () => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }],
    });
    const poor = await enter(twin, ACCOUNT, { Policy });
    await expect(aws(['route53profiles', 'list-profile-associations'], poor)).rejects.toThrow(
      '(AccessDeniedException) when calling the ListProfileAssociations operation',
    );
    await expect(aws(['route53resolver', 'list-resolver-rules'], poor)).rejects.toThrow(
      '(AccessDeniedException) when calling the ListResolverRules operation',
    );
    await expect(
      aws(['route53resolver', 'list-resolver-rules', '--filters', 'Name=Colour,Values=red']),
    ).rejects.toThrow('(InvalidParameterException)');
    await expect(
      aws([
        'route53resolver',
        'list-resolver-endpoint-ip-addresses',
        '--resolver-endpoint-id',
        'rslvr-in-none',
      ]),
    ).rejects.toThrow('(ResourceNotFoundException)');
  });
});
