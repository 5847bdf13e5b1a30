/** Wrong values of enumerations and filters, unknown operations and Regions: refused as each protocol does. */
import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { CreateVpcEndpointCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { ListPoliciesCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { ListHostedZonesByVPCCommand, Route53Client } from '@aws-sdk/client-route-53';
import {
  DescribeActivationsCommand,
  DescribeInstanceInformationCommand,
  GetDocumentCommand,
  ListAssociationsCommand,
  RegisterDefaultHostManagementConfigurationCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../functions/aws/sha256.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, credentialsOf, enter, post, startFirst } from './first-organization.ts';

const TOKYO = 'ap-northeast-1';
const BAD = 'NO_SUCH';

let twin: Twin;
let clients: ReturnType<typeof connect>;

function connect(settings: ReturnType<typeof configuration>) {
  return {
    account: new AccountClient(settings),
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    organizations: new OrganizationsClient(settings),
    route53: new Route53Client(settings),
    ssm: new SSMClient(settings),
  };
}

beforeAll(async () => {
  twin = await startFirst({ pages: 'aws' });
  clients = connect(configuration(twin, TOKYO, await enter(twin, '100000000011')));
});
afterAll(async () => {
  for (const client of Object.values(clients)) client.destroy();
  await twin.close();
});

const refusal = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'ok',
    (error: Error) => `${error.name}: ${error.message}`,
  );
const validation = (code: string) =>
  new RegExp(
    `^${code}: .*Value '${BAD}' at .* failed to satisfy constraint: Member must satisfy enum value set: \\[`,
  );

// the commands are typed by their enumerations
const bad = BAD as never;

describe('Given a value that its enumeration lacks', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'account',
      () => clients.account.send(new ListRegionsCommand({ RegionOptStatusContains: [bad] })),
      validation('ValidationException'),
    ],
    [
      'an endpoint type',
      () =>
        clients.ec2.send(
          new CreateVpcEndpointCommand({ VpcId: 'vpc-1', ServiceName: 'a', VpcEndpointType: bad }),
        ),
      /^InvalidVpcEndpointType: /,
    ],
    [
      'an IP address type',
      () =>
        clients.ec2.send(
          new CreateVpcEndpointCommand({ VpcId: 'vpc-1', ServiceName: 'a', IpAddressType: bad }),
        ),
      /^InvalidParameter: /,
    ],
    [
      'a kind of entity',
      () => clients.iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Role', bad] })),
      validation('ValidationError'),
    ],
    [
      'a type of context key',
      () =>
        clients.iam.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: 'arn:aws:iam::100000000011:role/DhmcRolloutReader',
            ActionNames: ['ssm:GetDocument'],
            ContextEntries: [{ ContextKeyName: 'a', ContextKeyType: bad, ContextKeyValues: [] }],
          }),
        ),
      validation('ValidationError'),
    ],
    [
      'a type of policy',
      () => new OrganizationsClient(configuration(twin)).send(new ListPoliciesCommand({ Filter: bad })),
      validation('InvalidInputException'),
    ],
    [
      'a Region of a VPC',
      () => clients.route53.send(new ListHostedZonesByVPCCommand({ VPCId: 'vpc-1', VPCRegion: bad })),
      validation('InvalidInput'),
    ],
    [
      'a filter key of activations',
      () => clients.ssm.send(new DescribeActivationsCommand({ Filters: [{ FilterKey: bad }] })),
      validation('ValidationException'),
    ],
    [
      'a filter key of associations',
      () =>
        clients.ssm.send(new ListAssociationsCommand({ AssociationFilterList: [{ key: bad, value: 'a' }] })),
      validation('ValidationException'),
    ],
    [
      'a format of a document',
      () => clients.ssm.send(new GetDocumentCommand({ Name: 'a', DocumentFormat: bad })),
      validation('ValidationException'),
    ],
    [
      'a permission model',
      () => clients.ssm.send(new RegisterDefaultHostManagementConfigurationCommand({ PermissionModel: bad })),
      validation('ValidationException'),
    ],
  ])('When it is %s, Then it is refused', async (_, send, message) => {
    expect(await refusal(send())).toMatch(message);
  });

  it.each([
    ['PingStatus', 'InvalidInstanceInformationFilterValue'],
    ['PlatformTypes', 'InvalidInstanceInformationFilterValue'],
    ['AssociationStatus', 'InvalidInstanceInformationFilterValue'],
    ['SourceTypes', 'InvalidInstanceInformationFilterValue'],
    ['NoSuchKey', 'InvalidFilterKey'],
  ])('When it is of the filter %s of managed nodes, Then %s', async (Key, code) => {
    const sent = clients.ssm.send(
      new DescribeInstanceInformationCommand({ Filters: [{ Key, Values: [BAD] }] }),
    );
    expect(await refusal(sent)).toContain(code);
  });

  it('When tags and others are filtered by, Then InvalidFilterKey: they cannot be combined', async () => {
    const Filters = [
      { Key: 'tag:a', Values: ['b'] },
      { Key: 'PingStatus', Values: ['Online'] },
    ];
    const sent = clients.ssm.send(new DescribeInstanceInformationCommand({ Filters }));
    expect(await refusal(sent)).toContain('InvalidFilterKey');
  });

  it.each([
    ['ListResolverEndpoints', 'Direction'],
    ['ListResolverRules', 'TYPE'],
    ['ListResolverRuleAssociations', 'Status'],
  ])('When it is of a filter of %s, Then InvalidParameterException', async (action, Name) => {
    const { text } = await post(twin, 'route53resolver', {
      body: JSON.stringify({ Filters: [{ Name, Values: [BAD] }] }),
      headers: { 'x-amz-target': `Route53Resolver.${action}`, 'content-type': 'application/x-amz-json-1.1' },
    });
    expect(text).toContain('InvalidParameterException');
  });
});

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.1' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('Given an operation that AWS does not have', () => {
  it.each<[string, string, Record<string, string>, number, string]>([
    ['ssm', '{}', { ...JSON_TYPE, 'x-amz-target': 'AmazonSSM.NoSuch' }, 400, 'UnknownOperationException'],
    [
      'organizations',
      '{}',
      { ...JSON_TYPE, 'x-amz-target': 'AWSOrganizationsV20161128.NoSuch' },
      400,
      'UnknownOperationException',
    ],
    ['ssm', '{}', { ...JSON_TYPE, 'x-amz-target': 'Amazon.GetDocument' }, 400, 'UnknownOperationException'],
    [
      'iam',
      'Action=ListRoles&Version=2010-05-09',
      FORM,
      400,
      '<Code>InvalidAction</Code><Message>Could not find operation ListRoles for version 2010-05-09</Message>',
    ],
    [
      'iam',
      'Action=NoSuch&Version=2010-05-08',
      FORM,
      400,
      '<Code>InvalidAction</Code><Message>Could not find operation NoSuch for version 2010-05-08</Message>',
    ],
    [
      'ec2',
      'Action=NoSuch&Version=2016-11-15',
      FORM,
      400,
      '<Code>InvalidAction</Code><Message>The action NoSuch is not valid for this web service.</Message>',
    ],
    ['account', '{}', { 'content-type': 'application/json' }, 404, '"message":""'],
    ['route53', '', {}, 404, '<Code>UnknownOperationException</Code>'],
  ])(
    'When %s is called, Then it is refused as its protocol does',
    async (service, body, headers, status, text) => {
      const answer = await post(twin, service, { body, headers });
      expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
    },
  );

  it("When it is one of AWS's that the twin lacks, Then 501 still names it", async () => {
    const body = 'Action=DescribeImages&Version=2016-11-15';
    const answer = await post(twin, 'ec2', { body, headers: FORM });
    expect([answer.status, answer.text]).toEqual([501, expect.stringContaining('ec2:DescribeImages')]);
  });
});

describe('Given a Region that the twin lacks', () => {
  it.each([
    [
      'ssm',
      '{}',
      { ...JSON_TYPE, 'x-amz-target': 'AmazonSSM.DescribeActivations' },
      400,
      'InvalidSignatureException',
    ],
    ['sts', 'Action=GetCallerIdentity&Version=2011-06-15', FORM, 403, 'SignatureDoesNotMatch'],
    ['ec2', 'Action=DescribeVpcs&Version=2016-11-15', FORM, 401, 'AuthFailure'],
  ])(
    'When %s is called there, Then it is refused, and the Regions are named',
    async (service, body, headers, status, code) => {
      const answer = await post(twin, service, { body, headers, region: 'mars-1' });
      expect(answer.status).toBe(status);
      expect(answer.text).toContain(code);
      expect(answer.text).toContain('Regions are ap-northeast-1');
      if (service !== 'ec2')
        expect(answer.text).toMatch(/Credential should be scoped to a valid region, not .*mars-1/);
    },
  );
});

it('Given a Route 53 Profile with a priority, When it is listed, Then the priority is in the answer', async () => {
  const { Route53Profiles } = twin.state.region('100000000002', TOKYO);
  Route53Profiles.ProfileAssociations.push({
    Id: 'rpassoc-1',
    ProfileId: 'rp-1',
    ResourceId: 'vpc-1',
    Priority: 50,
  });
  const signer = new SignatureV4({
    credentials: credentialsOf(twin.operator),
    region: TOKYO,
    service: 'route53profiles',
    sha256: Sha256,
  });
  const { host, hostname, protocol } = new URL(twin.url);
  const path = '/profileassociations';
  const signed = await signer.sign({ method: 'GET', protocol, hostname, path, query: {}, headers: { host } });
  const { host: _host, ...headers } = signed.headers;
  const response = await fetch(`${twin.url}${path}`, { headers });
  expect(await response.json()).toMatchObject({ ProfileAssociations: [{ ProfileId: 'rp-1', Priority: 50 }] });
});
