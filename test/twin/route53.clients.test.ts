/** Route 53 Profiles and Resolver, of which there is no SDK client here, through the AWS CLI. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, enter, startFirst } from './first-organization.ts';
import { ACCOUNT, furnish, TOKYO, VPC } from './route53-names.ts';
import { runAwsCli } from './run-aws-cli.ts';

// a Python interpreter starts
jest.setTimeout(120_000);

let twin: Twin;
let credentials: Credentials;
beforeAll(async () => {
  twin = await startFirst({ change: furnish });
  credentials = await enter(twin, ACCOUNT);
});
afterAll(async () => {
  await twin?.close();
});

const aws = (args: string[], as: Credentials = credentials): Promise<Piece> =>
  runAwsCli(args, { twin, credentials: as, region: TOKYO });

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
