/** What verdicts rest on keeps its form under pseudonyms. The whole of it: anonymize.long.test.ts. */
import { describe, expect, it } from '@jest/globals';
import type { Piece } from '../../twin/contract.ts';
import { awsPrefixList } from '../../twin/services/ec2/gateway-endpoints.ts';
import { anonymizeSnapshot } from '../../twin/snapshot/anonymize.ts';
import { makeSmallOrganization, OPERATOR } from '../reconcile/small-organization.ts';

describe('Given a snapshot with words of AWS among its names', () => {
  const original = makeSmallOrganization({ members: 1, regions: 1 });
  const account = original.accounts.get(OPERATOR);
  const [region = ''] = Object.keys(account?.Regions ?? {});
  const zone = {
    Id: '/hostedzone/Z0123456789ABCDEFGHI',
    Name: 'corp.example.',
    VPCs: [],
    ResourceRecordSets: [],
  };
  const directory = 'AWS created network interface for directory d-90670b5e1a';
  if (account) {
    account.Route53.HostedZones = [zone];
    const { Ec2, Route53Profiles, Ssm }: Piece = account.Regions[region] ?? {};
    Ssm.ServiceSettings = [{ SettingId: '/ssm/x', SettingValue: '$None' }];
    Ec2.DhcpOptions = [
      { DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value: 'fd00:ec2::253' }] }] },
    ];
    Ec2.ManagedPrefixLists = [awsPrefixList('pl-61a54008', `com.amazonaws.${region}.s3`, region)];
    Ec2.NetworkInterfaces = [{ NetworkInterfaceId: 'eni-0123456789abcdef0', Description: directory }];
    Route53Profiles.ProfileResourceAssociations = [
      { ProfileId: 'rp-0123456789abcdef0', ResourceArn: 'arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHI' },
    ];
  }
  const roles = 'arn:aws:iam::*:role/Dhmc*';
  const [policy] = original.organization.Policies as Piece[];
  if (policy) policy.Content = { Statement: [{ Condition: { ArnNotLike: { 'aws:PrincipalArn': roles } } }] };
  const { accounts, organization } = anonymizeSnapshot(original, 'a secret');
  const { Route53, Regions } = accounts.get([...accounts.keys()].sort()[1] ?? '') ?? {};
  const { Ec2, Ssm, Route53Profiles }: Piece = Regions?.[region] ?? {};

  it('When it gets pseudonyms, Then a zone keeps its kind of id, and a Profile still names it', () => {
    const [{ Id }] = Route53?.HostedZones ?? [{}];
    expect(Id).toMatch(/^\/hostedzone\/Z(?!0123456789)\w+$/);
    expect(Route53Profiles.ProfileResourceAssociations[0].ResourceArn).toBe(
      `arn:aws:route53:::${Id.slice(1)}`,
    );
  });

  it('When it gets pseudonyms, Then lists of AWS stay those of AWS, and an unset setting unset', () => {
    expect(Ec2.ManagedPrefixLists[0]).toMatchObject({ OwnerId: 'AWS', AddressFamily: 'IPv4' });
    expect(Ssm.ServiceSettings[0].SettingValue).toBe('$None');
    expect(JSON.stringify(Ec2.DhcpOptions)).toContain('fd00:ec2::253');
  });

  it('When it gets pseudonyms, Then a directory is still one, and our roles are still excepted', () => {
    expect(Ec2.NetworkInterfaces[0].Description).toMatch(/\bd-(?!90670b5e1a)[0-9a-f]{10}$/);
    expect(JSON.stringify(organization.Policies)).toContain(roles);
  });
});
