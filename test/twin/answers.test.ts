/** Members and page sizes of answers that a snapshot doesn't hold, as AWS documents them. */
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand, GetDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, enter, startFirst } from './first-organization.ts';

const TOKYO = 'ap-northeast-1';
const ACCOUNT = '100000000011';

let twin: Twin;
let ssm: SSMClient;
let ec2: EC2Client;

beforeAll(async () => {
  twin = await startFirst({
    pages: 'aws',
    change: ({ accounts }) => {
      const region = accounts.get(ACCOUNT)?.Regions[TOKYO];
      if (!region) return;
      region.Ssm.InstanceInformationList = Array.from({ length: 12 }, (_, index) => ({
        InstanceId: `mi-${index}`,
        PingStatus: 'Online',
      }));
      region.Ssm.Documents = [
        { Name: 'Dated', Content: '{}', CreatedDate: '2024-05-06T07:08:09Z' },
        { Name: 'Undated', Content: '{}' },
      ];
    },
  });
  const settings = configuration(twin, TOKYO, await enter(twin, ACCOUNT));
  ssm = new SSMClient(settings);
  ec2 = new EC2Client(settings);
});
afterAll(async () => {
  ssm.destroy();
  ec2.destroy();
  await twin.close();
});

it('Given 12 nodes, When no page size is named, Then a page has 10 ("The default value is 10 items")', async () => {
  const first = await ssm.send(new DescribeInstanceInformationCommand({}));
  expect(first.InstanceInformationList).toHaveLength(10);
  const { NextToken } = first;
  const second = await ssm.send(new DescribeInstanceInformationCommand({ NextToken }));
  expect([second.InstanceInformationList?.length, second.NextToken]).toEqual([2, undefined]);
});

it.each([
  ['Dated', '2024-05-06T07:08:09.000Z'],
  ['Undated', '2026-'],
])('Given a document, When it is read, Then it has a date of creation (%s)', async (Name, date) => {
  const { CreatedDate } = await ssm.send(new GetDocumentCommand({ Name }));
  expect(CreatedDate?.toISOString()).toContain(date);
});

it('Given a rule, When it is made and described, Then it has the same ARN', async () => {
  const groups: Piece[] = twin.state.region(ACCOUNT, TOKYO).Ec2.SecurityGroups;
  const GroupId: string = groups[0]?.GroupId;
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '198.51.100.0/24' }] },
  ];
  const made = await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const [rule] = made.SecurityGroupRules ?? [];
  expect(rule?.SecurityGroupRuleArn).toBe(
    `arn:aws:ec2:${TOKYO}:${ACCOUNT}:security-group-rule/${rule?.SecurityGroupRuleId}`,
  );
  const shown = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ''] }),
  );
  expect(shown.SecurityGroupRules?.[0]?.SecurityGroupRuleArn).toBe(rule?.SecurityGroupRuleArn);
});
