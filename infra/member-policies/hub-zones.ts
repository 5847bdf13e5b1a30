/** Hubs whose names come from private hosted zones. */
import { partitionSuffix, SERVICE_NAMES } from '../../functions/core/network/needed-names.ts';
import { mayUseHubs } from '../../functions/core/network/network-settings.ts';
import { type MemberSettings, type Statement, sub } from './statement.ts';

/** Hubs that give their names by private hosted zones. */
export function zoneHubs(settings: MemberSettings): { account: string; region: string; vpc: string }[] {
  if (!mayUseHubs(settings)) return [];
  return Object.entries(settings.hubs)
    .filter(([, { names }]) => names === 'zones')
    .map(([region, { account, vpc }]) => ({ account, region, vpc }));
}

/** A hosted zone has no account and no Region in its ARN, and its id is not known beforehand. */
const ANY_ZONE = sub(`arn:\${AWS::Partition}:route53:::hostedzone/*`);

function inAccountsOf(hubs: readonly { account: string }[]): Record<string, string[]> {
  return { 'aws:PrincipalAccount': [...new Set(hubs.map(({ account }) => account))].sort() };
}

/** Of the hub's account, by its reader, whoever asks. */
export function zoneReadStatements(settings: MemberSettings): Statement[] {
  const here = { StringEquals: inAccountsOf(zoneHubs(settings)) };
  return [
    {
      Sid: 'ListHubZones',
      Effect: 'Allow',
      Action: 'route53:ListHostedZonesByName',
      // It has no resource type.
      Resource: '*',
      Condition: here,
    },
    {
      Sid: 'ReadHubZones',
      Effect: 'Allow',
      Action: ['route53:ListResourceRecordSets', 'route53:ListVPCAssociationAuthorizations'],
      Resource: ANY_ZONE,
      Condition: here,
    },
  ];
}

/**
 * Private hosted zones of a hub. Route 53 has no condition key for tags; `route53:VPCs` names the VPC of a zone that is made and
 * the Region of VPCs that are associated, and the keys of ChangeResourceRecordSets the very records (service authorization
 * reference). A zone that holds other records is not deleted (HostedZoneNotEmpty).
 */
export function zoneStatements(settings: MemberSettings): Statement[] {
  const hubs = zoneHubs(settings);
  const here = inAccountsOf(hubs);
  const regions = [...new Set(hubs.map(({ region }) => region))].sort();
  const ofRegions = {
    'ForAnyValue:StringLike': { 'route53:VPCs': regions.map((region) => `VPCId=vpc-*,VPCRegion=${region}`) },
  };
  return [
    {
      // In the accounts of spokes; ec2:DescribeVpcs is asked with it (Route 53 guide, API permissions reference).
      Sid: 'AssociateHubZones',
      Effect: 'Allow',
      Action: ['route53:AssociateVPCWithHostedZone', 'route53:DisassociateVPCFromHostedZone'],
      Resource: ANY_ZONE,
      Condition: ofRegions,
    },
    {
      Sid: 'DescribeVpcsForHubZones',
      Effect: 'Allow',
      Action: 'ec2:DescribeVpcs',
      // It has no resource type.
      Resource: '*',
    },
    {
      Sid: 'CreateHubZone',
      Effect: 'Allow',
      Action: 'route53:CreateHostedZone',
      // It has no resource type.
      Resource: '*',
      Condition: {
        StringEquals: here,
        'ForAnyValue:StringEquals': {
          'route53:VPCs': hubs.map(({ vpc, region }) => `VPCId=${vpc},VPCRegion=${region}`),
        },
      },
    },
    {
      Sid: 'SetHubRecords',
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: ANY_ZONE,
      Condition: {
        StringEquals: here,
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': regions.flatMap((region) =>
            SERVICE_NAMES.map((name) => `${name}.${region}.${partitionSuffix(region)}`),
          ),
          'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
        },
      },
    },
    {
      Sid: 'AuthorizeHubSpokes',
      Effect: 'Allow',
      Action: ['route53:CreateVPCAssociationAuthorization', 'route53:DeleteVPCAssociationAuthorization'],
      Resource: ANY_ZONE,
      Condition: { StringEquals: here, ...ofRegions },
    },
    {
      Sid: 'DeleteHubZone',
      Effect: 'Allow',
      Action: 'route53:DeleteHostedZone',
      // No condition key singles out a zone of ours; AWS refuses one with records besides its own.
      Resource: ANY_ZONE,
      Condition: { StringEquals: here },
    },
  ];
}
