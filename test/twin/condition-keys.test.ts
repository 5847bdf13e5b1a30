/** Keys that AWS sets and resources that it asks about, seen through a Deny in a session policy that bites. */
import { AccountClient, GetRegionOptStatusCommand } from '@aws-sdk/client-account';
import {
  CreateRouteCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetManagedPrefixListEntriesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const TOKYO = 'ap-northeast-1';
const ACCOUNT = '100000000011';
const LIST = 'pl-0000000000000000a';

let twin: Twin;
let net: Piece;

beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ accounts }) => {
      const region = accounts.get(ACCOUNT)?.Regions[TOKYO];
      region?.Ec2.ManagedPrefixLists.push({ PrefixListId: LIST, Entries: [], OwnerId: ACCOUNT });
      if (region) region.Ssm.Documents = [{ Name: 'Doc', Content: '{}' }];
    },
  });
  net = twin.state.region(ACCOUNT, TOKYO).Ec2;
});
afterAll(() => twin.close());

type Send = (clients: { ec2: EC2Client; ssm: SSMClient; account: AccountClient }) => Promise<unknown>;

/** What comes of a call in a session whose policy denies this; `ok` where it is not denied. */
async function outcome(deny: Piece, send: Send): Promise<string> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: '*', ...deny },
    ],
  });
  const settings = configuration(twin, TOKYO, await enter(twin, ACCOUNT, { Policy }));
  const clients = {
    ec2: new EC2Client(settings),
    ssm: new SSMClient(settings),
    account: new AccountClient(settings),
  };
  try {
    return await send(clients).then(
      () => 'ok',
      (error: Error) => error.name,
    );
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

const describeVpcs: Send = ({ ec2 }) => ec2.send(new DescribeVpcsCommand({}));
const describeAttribute: Send = ({ ec2 }) =>
  ec2.send(new DescribeVpcAttributeCommand({ VpcId: net.Vpcs[0].VpcId, Attribute: 'enableDnsSupport' }));
const createRoute: Send = ({ ec2 }) =>
  ec2.send(
    new CreateRouteCommand({
      RouteTableId: net.RouteTables[0].RouteTableId,
      DestinationCidrBlock: '192.0.2.0/24',
      NatGatewayId: net.NatGateways[0].NatGatewayId,
      DryRun: true,
    }),
  );
const stop: Send = ({ ec2 }) =>
  ec2.send(new StopInstancesCommand({ InstanceIds: [net.Instances[0].InstanceId], DryRun: true }));
const optStatus: Send = ({ account }) => account.send(new GetRegionOptStatusCommand({ RegionName: TOKYO }));
const getDocument: Send = ({ ssm }) => ssm.send(new GetDocumentCommand({ Name: 'Doc' }));
const listEntries: Send = ({ ec2 }) =>
  ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: LIST }));

const when = (operator: string, key: string, value: unknown) => ({
  Condition: { [operator]: { [key]: value } },
});
const DENIED = 'UnauthorizedOperation';

describe('Given a Deny', () => {
  it.each<[string, Piece, Piece, Send, string]>([
    [
      'ec2:Region',
      when('StringEquals', 'ec2:Region', TOKYO),
      when('StringEquals', 'ec2:Region', 'us-east-1'),
      describeVpcs,
      DENIED,
    ],
    [
      'aws:UserAgent',
      when('StringLike', 'aws:UserAgent', '*aws-sdk-js*'),
      when('StringLike', 'aws:UserAgent', 'Boto3*'),
      describeVpcs,
      DENIED,
    ],
    [
      'aws:TokenIssueTime',
      when('DateGreaterThan', 'aws:TokenIssueTime', '2020-01-01T00:00:00Z'),
      when('DateGreaterThan', 'aws:TokenIssueTime', '2099-01-01T00:00:00Z'),
      describeVpcs,
      DENIED,
    ],
    [
      'account:TargetRegion',
      when('StringEquals', 'account:TargetRegion', TOKYO),
      when('StringEquals', 'account:TargetRegion', 'us-east-1'),
      optStatus,
      'AccessDeniedException',
    ],
    [
      'ssm:DocumentType',
      when('StringEquals', 'ssm:DocumentType', 'Command'),
      when('StringEquals', 'ssm:DocumentType', 'Automation'),
      getDocument,
      'AccessDeniedException',
    ],
    [
      'ec2:RouteTableID',
      when('StringLike', 'ec2:RouteTableID', 'rtb-*'),
      when('StringLike', 'ec2:RouteTableID', 'rtb-x'),
      createRoute,
      DENIED,
    ],
    [
      'ec2:InstanceType',
      when('StringEquals', 'ec2:InstanceType', 't4g.small'),
      when('StringEquals', 'ec2:InstanceType', 'm5.large'),
      stop,
      DENIED,
    ],
    [
      'ec2:Tenancy of a VPC',
      when('StringEquals', 'ec2:Tenancy', 'default'),
      when('StringEquals', 'ec2:Tenancy', 'dedicated'),
      describeAttribute,
      DENIED,
    ],
    [
      'the ARN of a VPC',
      { Action: 'ec2:DescribeVpcAttribute', Resource: `arn:aws:ec2:*:${ACCOUNT}:vpc/vpc-*` },
      { Action: 'ec2:DescribeVpcAttribute', Resource: `arn:aws:ec2:*:${ACCOUNT}:vpc/vpc-x` },
      describeAttribute,
      DENIED,
    ],
    [
      'the ARN of a prefix list',
      { Action: 'ec2:GetManagedPrefixListEntries', Resource: `arn:aws:ec2:*:${ACCOUNT}:prefix-list/${LIST}` },
      { Action: 'ec2:GetManagedPrefixListEntries', Resource: `arn:aws:ec2:*:${ACCOUNT}:prefix-list/pl-x` },
      listEntries,
      DENIED,
    ],
  ])(
    'When it is by %s, Then it bites where it matches and nowhere else',
    async (_, matching, other, send, denied) => {
      expect(await outcome(matching, send)).toBe(denied);
      expect(await outcome(other, send)).not.toBe(denied);
    },
  );
});
