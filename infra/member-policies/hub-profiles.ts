/** Hubs: the way to them, and those whose names come from a Route 53 Profile. */
import { mayUseHubs } from '../../functions/core/network/network-settings.ts';
import { ACCOUNT, type MemberSettings, type Statement, sub, tagsOfOurs } from './statement.ts';

/** The way between a VPC and the hub of its Region: asked only where `endpoints: central` is set somewhere. */
export function transitStatements(): Statement[] {
  return [
    {
      Sid: 'ReadTransitGateways',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeTransitGatewayAttachments',
        'ec2:DescribeTransitGatewayVpcAttachments',
        'ec2:SearchTransitGatewayRoutes',
      ],
      // Ids of transit gateways' route tables are not known beforehand.
      Resource: '*',
    },
  ];
}

/**
 * Associations of VPCs with the hub's Profile. The actions have no resource types, and AssociateProfile depends on
 * ec2:DescribeVpcs (service authorization reference, Route 53 Profiles). `route53profiles:ResourceIds` could name VPCs,
 * whose ids are not known beforehand.
 */
export function spokeStatements(): Statement[] {
  return [
    {
      Sid: 'AssociateHubProfile',
      Effect: 'Allow',
      Action: ['ec2:DescribeVpcs', 'route53profiles:AssociateProfile', 'route53profiles:DisassociateProfile'],
      Resource: '*',
    },
  ];
}

export function profileHubs({ hubs }: MemberSettings): boolean {
  return Object.values(hubs).some(({ names }) => names === 'profile');
}

/** Hubs that are made with a Profile: those without one of others. */
export function madeHubs(settings: MemberSettings): { account: string; region: string }[] {
  if (!mayUseHubs(settings)) return [];
  return Object.entries(settings.hubs)
    .filter(([, { profile, names }]) => profile === null && names === 'profile')
    .map(([region, { account }]) => ({ account, region }));
}

export function hubReadStatements(): Statement[] {
  return [
    {
      Sid: 'ReadHubProfiles',
      Effect: 'Allow',
      Action: ['ram:GetResourceShares', 'route53profiles:ListProfiles'],
      // Neither has resource types (service authorization reference).
      Resource: '*',
    },
  ];
}

/**
 * The Profile of a hub that is made, and its share. The template is the same in every account, so `aws:PrincipalAccount`
 * keeps these to the accounts of hubs. Of Profiles only TagResource and PutProfilePolicy have a resource type; what is put
 * into one is limited to endpoints, what is shared to Profiles and within the organization (service authorization reference).
 */
export function hubStatements(settings: MemberSettings): Statement[] {
  const accounts = [...new Set(madeHubs(settings).map(({ account }) => account))].sort();
  const here = { 'aws:PrincipalAccount': accounts };
  const ourTags = tagsOfOurs(settings);
  const { managed } = settings.ownTags;
  const profiles = sub(`arn:\${AWS::Partition}:route53profiles:*:${ACCOUNT}:profile/*`);
  return [
    {
      Sid: 'CreateHubProfile',
      Effect: 'Allow',
      Action: 'route53profiles:CreateProfile',
      // It has no resource type.
      Resource: '*',
      Condition: { ...ourTags, StringEquals: { ...ourTags.StringEquals, ...here } },
    },
    {
      Sid: 'TagHubProfile',
      Effect: 'Allow',
      Action: 'route53profiles:TagResource',
      Resource: profiles,
      Condition: { ...ourTags, StringEquals: { ...ourTags.StringEquals, ...here } },
    },
    {
      Sid: 'FillHubProfile',
      Effect: 'Allow',
      Action: [
        'route53profiles:AssociateResourceToProfile',
        'route53profiles:DisassociateResourceFromProfile',
      ],
      // They have no resource type.
      Resource: '*',
      Condition: {
        StringEquals: here,
        'ForAnyValue:StringEquals': { 'route53profiles:ResourceTypes': 'VpcEndpoint' },
      },
    },
    {
      Sid: 'DeleteHubProfile',
      Effect: 'Allow',
      Action: 'route53profiles:DeleteProfile',
      // It has no resource type and no condition key; a Profile that a VPC uses is not deleted.
      Resource: '*',
      Condition: { StringEquals: here },
    },
    {
      Sid: 'ShareHubProfile',
      Effect: 'Allow',
      Action: 'ram:CreateResourceShare',
      // It has no resource type.
      Resource: '*',
      Condition: {
        ...ourTags,
        StringEquals: {
          ...ourTags.StringEquals,
          ...here,
          'ram:RequestedResourceType': 'route53profiles:Profile',
        },
        Bool: { 'ram:RequestedAllowsExternalPrincipals': 'false' },
      },
    },
    {
      Sid: 'PutHubProfilePolicy',
      Effect: 'Allow',
      // RAM sets the policy of what is shared in the caller's name.
      Action: 'route53profiles:PutProfilePolicy',
      Resource: profiles,
      Condition: { StringEquals: { ...here, [`aws:ResourceTag/${managed}`]: 'true' } },
    },
    {
      Sid: 'UnshareHubProfile',
      Effect: 'Allow',
      Action: 'ram:DeleteResourceShare',
      Resource: sub(`arn:\${AWS::Partition}:ram:*:${ACCOUNT}:resource-share/*`),
      Condition: { StringEquals: { ...here, [`aws:ResourceTag/${managed}`]: 'true' } },
    },
  ];
}
