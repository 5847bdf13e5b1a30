/** What goes over the wire, byte for byte where other clients look at it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/start.ts';
import { escapeXml } from '../../twin/wire/write-xml.ts';
import { post, startFirst } from './first-organization.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startFirst({ pages: 'aws' });
});
afterAll(async () => {
  await twin.close();
});

const UUID = '[0-9a-f]{8}-[0-9a-f-]{27}';

describe('Given the JSON protocol', () => {
  const target = (name: string) => ({ 'x-amz-target': `AWSOrganizationsV20161128.${name}` });

  it('When it answers, Then times are seconds, empty lists are there, and the id is a header', async () => {
    const described = await post(twin, 'organizations', {
      body: '{"AccountId":"100000000012"}',
      headers: target('DescribeAccount'),
    });
    expect(JSON.parse(described.text).Account.JoinedTimestamp).toBe(1704844800);
    expect(described.headers.get('content-type')).toBe('application/x-amz-json-1.1');
    expect(described.headers.get('x-amzn-requestid')).toMatch(new RegExp(`^${UUID}$`));
    const tags = await post(twin, 'organizations', {
      body: '{"ResourceId":"100000000012"}',
      headers: target('ListTagsForResource'),
    });
    expect(tags.text).toBe('{"Tags":[]}');
  });
  it('When it refuses, Then __type and message', async () => {
    const { status, text } = await post(twin, 'organizations', {
      body: '{"AccountId":"999999999999"}',
      headers: target('DescribeAccount'),
    });
    expect([status, JSON.parse(text)]).toEqual([
      400,
      {
        __type: 'AccountNotFoundException',
        message: "You specified an account that doesn't exist in the organization.",
      },
    ]);
  });
});

describe('Given the Query protocol', () => {
  it('When it answers, Then result and metadata are wrapped as AWS does', async () => {
    const { text, headers } = await post(twin, 'sts', {
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    expect(text).toMatch(
      new RegExp(
        `^<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><UserId>AROATWINDHMCOPERATOR1:twin</UserId><Account>100000000002</Account><Arn>[^<]+</Arn></GetCallerIdentityResult><ResponseMetadata><RequestId>${UUID}</RequestId></ResponseMetadata></GetCallerIdentityResponse>$`,
      ),
    );
    expect(headers.get('content-type')).toBe('text/xml');
  });
  it("When it refuses, Then the model's status and a Sender error", async () => {
    const body = 'Action=GetRole&Version=2010-05-08&RoleName=none';
    const { status, text } = await post(twin, 'iam', { body });
    expect(status).toBe(404);
    expect(text).toContain('<Error><Type>Sender</Type><Code>NoSuchEntity</Code>');
  });
});

describe('Given the EC2 protocol', () => {
  it('When a list is empty, Then its element is there, empty', async () => {
    const { text } = await post(twin, 'ec2', { body: 'Action=DescribeVpcs&Version=2016-11-15' });
    expect(text).toMatch(/<requestId>[^<]+<\/requestId><vpcSet><\/vpcSet><\/DescribeVpcsResponse>$/);
  });
  it('When a parameter is repeated and out of order, Then the list is in the order of its numbers', async () => {
    const body = 'Action=DescribeRegions&Version=2016-11-15&RegionName.2=us-east-1&RegionName.10=nowhere';
    const { status, text } = await post(twin, 'ec2', { body });
    expect([status, text]).toEqual([400, expect.stringContaining('nowhere')]);
  });
  it('When it refuses, Then Response, Errors, Error', async () => {
    const { status, text } = await post(twin, 'ec2', { body: 'Action=RunInstances&Version=2016-11-15' });
    expect(status).toBe(501);
    expect(text).toMatch(
      new RegExp(
        `<Response><Errors><Error><Code>NotImplemented</Code><Message>.*ec2:RunInstances.*</Message></Error></Errors><RequestID>${UUID}</RequestID></Response>$`,
      ),
    );
  });
});

describe('Given text that XML cannot hold as it is', () => {
  it.each([
    ['<a href="b">&</a>', '&lt;a href=&quot;b&quot;&gt;&amp;&lt;/a&gt;'],
    ['a\rb\tc\nd', 'a&#13;b\tc\nd'],
    ['nul\0bell\u0007', 'nul\ufffdbell\ufffd'],
    ['漢😀', '漢😀'],
  ])('When %j is written, Then %j', (text, written) => {
    expect(escapeXml(text)).toBe(written);
  });
});
