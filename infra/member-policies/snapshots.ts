/**
 * What `dhmc snapshot` reads beyond a run. Apart, and off by default: the service never asks for it, and it
 * shows far more than a run needs to know (every policy of the account, the records of its private zones).
 */
import type { Statement } from './statement.ts';

export function snapshotStatements(): Statement[] {
  return [
    {
      Sid: 'TakeSnapshotOfRoles',
      Effect: 'Allow',
      Action: 'iam:GetAccountAuthorizationDetails',
      Resource: '*',
    },
    {
      Sid: 'TakeSnapshotOfNetworks',
      Effect: 'Allow',
      Action: ['ec2:DescribeEgressOnlyInternetGateways', 'ec2:DescribeInternetGateways'],
      Resource: '*',
    },
    {
      Sid: 'TakeSnapshotOfZones',
      Effect: 'Allow',
      Action: ['route53:ListHostedZones', 'route53:ListResourceRecordSets'],
      // Ids of zones are not known beforehand.
      Resource: '*',
    },
  ];
}

/** What `dhmc snapshot` reads of a hub beyond a run: only where one is configured. */
export function hubSnapshotStatements(): Statement[] {
  return [
    {
      Sid: 'TakeSnapshotOfHubs',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeVpcPeeringConnections',
        'ec2:GetTransitGatewayRouteTablePropagations',
        'ram:GetResourceShareAssociations',
        'ram:GetResourceShares',
        'route53:ListVPCAssociationAuthorizations',
        'route53profiles:ListProfiles',
        'route53profiles:ListTagsForResource',
      ],
      // Ids of route tables, zones and Profiles are not known beforehand; the others have no resource types.
      Resource: '*',
    },
  ];
}
