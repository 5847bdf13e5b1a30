/** What EC2, Systems Manager and policies refuse or page, asked by botocore: one process for all calls. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { type Answered, type Asked, askBotocore } from './ask-botocore.ts';
import { type Credentials, enter, SETTING, startFirst } from './first-organization.ts';

// a Python interpreter starts
jest.setTimeout(120_000);

const TOKYO = 'ap-northeast-1';
const ACCOUNT = '100000000011';
const S3 = `com.amazonaws.${TOKYO}.s3`;

let twin: Twin;
let credentials: Credentials;
let answers: Map<string, Answered>;

type Call = Pick<Asked, 'service' | 'operation' | 'input'> & Partial<Asked>;

const denyBy = async (Condition: Piece): Promise<Credentials> => {
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: '*', Resource: '*', Condition },
  ];
  return enter(twin, ACCOUNT, { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
};

const INPUT_OF_GROUP = { IpRanges: [{ CidrIp: '10.0.0.0/8' }] };

/** Name, what is asked (ids of the organization are put in), what it is refused with. */
const REFUSED: readonly [name: string, service: string, operation: string, input: Piece, refused: string][] =
  [
    ['a malformed VPC id', 'ec2', 'DescribeVpcs', { VpcIds: ['x'] }, 'InvalidVpcID.Malformed'],
    [
      'a malformed group id',
      'ec2',
      'DescribeSecurityGroups',
      { GroupIds: ['default'] },
      'InvalidGroupId.Malformed: Invalid id: "default" (expecting "sg-...")',
    ],
    [
      'a malformed id of a NAT gateway',
      'ec2',
      'DescribeNatGateways',
      { NatGatewayIds: ['nat-x'] },
      'NatGatewayMalformed',
    ],
    [
      'a port out of range',
      'ec2',
      'AuthorizeSecurityGroupIngress',
      { IpPermissions: [{ IpProtocol: 'tcp', FromPort: 0, ToPort: 70000, ...INPUT_OF_GROUP }] },
      'InvalidParameterValue: TCP/UDP (to) port (70000) out of range',
    ],
    [
      'an unknown protocol',
      'ec2',
      'AuthorizeSecurityGroupEgress',
      { IpPermissions: [{ IpProtocol: 'https', ...INPUT_OF_GROUP }] },
      "InvalidParameterValue: Invalid value 'https' for IP protocol. Unknown protocol.",
    ],
    [
      'an unknown prefix list',
      'ec2',
      'AuthorizeSecurityGroupIngress',
      { IpPermissions: [{ IpProtocol: '-1', PrefixListIds: [{ PrefixListId: 'pl-01234567' }] }] },
      'InvalidPrefixListID.NotFound',
    ],
    [
      'a route to no block',
      'ec2',
      'CreateRoute',
      { DestinationCidrBlock: '10.0.0.0/40', GatewayId: 'igw-01234567' },
      'InvalidParameterValue: Value (10.0.0.0/40) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.',
    ],
    [
      'a long tag key',
      'ec2',
      'CreateTags',
      { Tags: [{ Key: 'k'.repeat(129), Value: 'v' }] },
      'InvalidParameterValue: Tag key exceeds the maximum length of 128 characters',
    ],
    [
      'a setting of another account',
      'ssm',
      'GetServiceSetting',
      { SettingId: `arn:aws:ssm:${TOKYO}:100000000012:servicesetting${SETTING}` },
      'ServiceSettingNotFound',
    ],
    [
      'a status that nodes do not have',
      'ssm',
      'DescribeInstanceInformation',
      { Filters: [{ Key: 'PingStatus', Values: ['Gone'] }] },
      'InvalidInstanceInformationFilterValue',
    ],
  ];

beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ accounts }) => {
      const region = accounts.get(ACCOUNT)?.Regions[TOKYO];
      if (!region) return;
      for (const type of ['Gateway', 'Interface']) {
        region.Ec2.VpcEndpointServices.push({ ServiceName: S3, ServiceType: [{ ServiceType: type }] });
      }
      region.Ssm.InstanceInformationList = Array.from({ length: 12 }, (_, index) => ({
        InstanceId: `mi-${index}`,
        PingStatus: 'Online',
      }));
    },
  });
  credentials = await enter(twin, ACCOUNT);
  const { SecurityGroups, RouteTables }: Piece = twin.state.region(ACCOUNT, TOKYO).Ec2;
  const { GroupId } = SecurityGroups[0];
  const { RouteTableId } = RouteTables[0];
  const ids: Record<string, Piece> = {
    AuthorizeSecurityGroupIngress: { GroupId },
    AuthorizeSecurityGroupEgress: { GroupId },
    CreateRoute: { RouteTableId },
    CreateTags: { Resources: [GroupId] },
  };
  const calls: Record<string, Call> = Object.fromEntries(
    REFUSED.map(([name, service, operation, input]) => [
      name,
      { service, operation, input: { ...ids[operation], ...input } },
    ]),
  );
  Object.assign(calls, {
    elsewhere: { service: 'ssm', operation: 'ListAssociations', input: {}, region: 'mars-1' },
    s3: { service: 'ec2', operation: 'DescribeVpcEndpointServices', input: { ServiceNames: [S3] } },
    nodes: { service: 'ssm', operation: 'DescribeInstanceInformation', input: {} },
    region: {
      ...{ service: 'ec2', operation: 'DescribeVpcs', input: {} },
      as: await denyBy({ StringEquals: { 'ec2:Region': TOKYO } }),
    },
    agent: {
      ...{ service: 'ec2', operation: 'DescribeVpcs', input: {} },
      as: await denyBy({ StringLike: { 'aws:UserAgent': 'Botocore/*' } }),
    },
    issued: {
      ...{ service: 'ssm', operation: 'ListAssociations', input: {} },
      as: await denyBy({ DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:00Z' } }),
    },
  });
  const given = await askBotocore(
    twin,
    Object.values(calls).map((call) => ({ region: TOKYO, as: credentials, ...call })),
  );
  answers = new Map(Object.keys(calls).map((name, index) => [name, given[index] ?? {}]));
});
afterAll(async () => {
  await twin?.close();
});

describe('Given botocore', () => {
  it.each(REFUSED)('When it names %s, Then it is refused', (name, _service, _operation, _input, refused) => {
    expect(answers.get(name)?.refused).toContain(refused);
  });

  it.each([
    ['elsewhere', 'InvalidSignatureException: Credential should be scoped to a valid region'],
    ['region', 'UnauthorizedOperation'],
    ['agent', 'UnauthorizedOperation'],
    ['issued', 'AccessDeniedException'],
  ])('When a Region is unknown, or a policy denies by a key that AWS sets (%s), Then %s', (name, refused) => {
    expect(answers.get(name)?.refused).toContain(refused);
  });

  it('When a service name is two services, Then both are described', () => {
    const details: Piece[] = answers.get('s3')?.ok?.ServiceDetails;
    expect(details.map((each) => each.ServiceType[0].ServiceType)).toEqual(['Gateway', 'Interface']);
  });

  it('When nodes are listed without a page size, Then a page has 10', () => {
    expect(answers.get('nodes')?.ok?.InstanceInformationList).toHaveLength(10);
  });
});
