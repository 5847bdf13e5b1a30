/** Private hosted zones, Route 53 Profiles and Resolver of one VPC of the first organization. */
import type { Snapshot } from '../../twin/contract.ts';

export const TOKYO = 'ap-northeast-1';
export const ACCOUNT = '100000000012';
export const OTHER = '100000000011';
export const VPC = 'vpc-d8eb64de68c590837';
export const LOGS = 'logs.ap-northeast-1.amazonaws.com.';

export function furnish({ accounts }: Snapshot): void {
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
