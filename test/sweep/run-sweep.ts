import { SERVICES } from '../../twin/services/index.ts';
import { startTwin } from '../../twin/start.ts';
import { credentialsOf } from '../twin/first-organization.ts';
import { makeSweptOrganization, REGION } from './organization.ts';
import { runPython } from './run-python.ts';

export interface SweepReport {
  operations: number;
  calls: number;
  /** Members of answers that were seen. */
  members: number;
  pages: number;
  untried: number;
  tried: Record<'typical' | 'missing' | 'beyond' | 'bounds' | 'unserved' | 'paginated', number>;
  /** Error codes of refusals by service, counted. */
  codes: Record<string, Record<string, number>>;
  /** Calls that should have succeeded, and refusals that are none. */
  failures: string[];
  /** Answers that are not of the model's shape. */
  differences: string[];
  /** Values that the model forbids and the twin takes. */
  unenforced: string[];
}

/** Inputs that a typical call needs besides the required ones. */
const ALSO: Record<string, string[]> = {
  'ec2.CreateVpcEndpoint': ['VpcEndpointType', 'ServiceName', 'SubnetIds'],
  'ec2.CreateSecurityGroup': ['VpcId'],
  'ec2.DeleteSecurityGroup': ['GroupId'],
  'ec2.AuthorizeSecurityGroupIngress': ['GroupId', 'IpPermissions'],
  'ec2.AuthorizeSecurityGroupEgress': ['GroupId', 'IpPermissions'],
  'ec2.RevokeSecurityGroupIngress': ['GroupId', 'SecurityGroupRuleIds'],
  'ec2.RevokeSecurityGroupEgress': ['GroupId', 'SecurityGroupRuleIds'],
  'ec2.ModifyVpcAttribute': ['EnableDnsSupport'],
  'ec2.CreateRoute': ['DestinationCidrBlock', 'GatewayId'],
  'ec2.ReplaceRoute': ['DestinationCidrBlock', 'GatewayId'],
  'ec2.DeleteRoute': ['DestinationCidrBlock'],
  'ram.CreateResourceShare': ['principals'],
  'route53.CreateHostedZone': ['VPC'],
  'ssm.CreateAssociation': ['Targets'],
  'ssm.DeleteAssociation': ['AssociationId'],
  'cloudformation.DescribeOrganizationsAccess': ['CallAs'],
  'ssm.RegisterDefaultHostManagementConfiguration': ['RoleArn', 'Overwrite'],
};

const [TARGET, DESTINATION] = [['GatewayId'], ['DestinationCidrBlock']];
const TARGETS = [
  'NatGatewayId',
  'TransitGatewayId',
  'VpcPeeringConnectionId',
  'NetworkInterfaceId',
  'InstanceId',
  'LocalGatewayId',
  'CarrierGatewayId',
];
const targets = Object.fromEntries(TARGETS.map((name) => [name, TARGET]));

/** By operation and member: what is left out when the member is given. */
const INSTEAD: Record<string, Record<string, string[]>> = {
  'ec2.ModifyVpcAttribute': {
    EnableDnsHostnames: ['EnableDnsSupport'],
    EnableNetworkAddressUsageMetrics: ['EnableDnsSupport'],
  },
  'ec2.RevokeSecurityGroupIngress': { IpPermissions: ['SecurityGroupRuleIds'] },
  'ec2.RevokeSecurityGroupEgress': { IpPermissions: ['SecurityGroupRuleIds'] },
  'ec2.CreateRoute': { ...targets, DestinationPrefixListId: DESTINATION },
  'ec2.ReplaceRoute': { ...targets },
};

/** Members whose typical value would need what the organization does not have; each with why. */
const UNTRIED: Record<string, string> = {
  'account.GetAlternateContact.AccountId': 'asked by the management account alone',
  'ram.GetResourceShares.nextToken': 'a token of an earlier page',
  'ram.GetResourceShareAssociations.nextToken': 'a token of an earlier page',
  'account.ListRegions.AccountId': 'asked by the management account alone',
  'account.GetRegionOptStatus.AccountId': 'asked by the management account alone',
  'ec2.CreateRoute.DestinationIpv6CidrBlock': 'the VPC has no IPv6 block',
  'ec2.ReplaceRoute.DestinationIpv6CidrBlock': 'the route table has no such route',
  'ec2.ReplaceRoute.DestinationPrefixListId': 'the route table has no such route',
  'ec2.DeleteRoute.DestinationIpv6CidrBlock': 'the route table has no such route',
  'ec2.DeleteRoute.DestinationPrefixListId': 'the route table has no such route',
  'ec2.CreateRoute.EgressOnlyInternetGatewayId': 'for IPv6 destinations alone',
  'ec2.ReplaceRoute.EgressOnlyInternetGatewayId': 'for IPv6 destinations alone',
  'ec2.CreateRoute.CoreNetworkArn': 'no core network',
  'ec2.ReplaceRoute.CoreNetworkArn': 'no core network',
  'ec2.CreateRoute.VpcEndpointId': 'no Gateway Load Balancer endpoint',
  'ec2.CreateVpcEndpoint.RouteTableIds': 'of a gateway endpoint alone (test/twin/ec2-gateway-endpoints)',
  'ec2.ModifyVpcEndpoint.AddRouteTableIds': 'of a gateway endpoint alone (test/twin/ec2-gateway-endpoints)',
  'ec2.ModifyVpcEndpoint.RemoveRouteTableIds':
    'of a gateway endpoint alone (test/twin/ec2-gateway-endpoints)',
  'ec2.ReplaceRoute.VpcEndpointId': 'no Gateway Load Balancer endpoint',
};

export async function runSweep(): Promise<SweepReport> {
  const { snapshot, known } = makeSweptOrganization();
  const twin = await startTwin({ snapshot, propagation: 'none' });
  const { organization } = snapshot;
  const OperatorAccountId: string = organization.Organization.MasterAccountId;
  const managed = await startTwin({
    snapshot: { ...snapshot, organization: { ...organization, OperatorAccountId } },
    propagation: 'none',
  });
  try {
    const services = Object.fromEntries(
      Object.entries(SERVICES).map(([service, operations]) => [
        service,
        Object.fromEntries(
          Object.entries(operations).map(([name, { honours, mutates }]) => [
            name,
            {
              honours,
              mutates,
              also: ALSO[`${service}.${name}`] ?? [],
              instead: INSTEAD[`${service}.${name}`] ?? {},
            },
          ]),
        ),
      ]),
    );
    const request = {
      url: twin.url,
      region: REGION,
      credentials: credentialsOf(twin.operator),
      organizations: { url: managed.url, credentials: credentialsOf(managed.operator) },
      services,
      known,
      untried: Object.keys(UNTRIED),
    };
    return await runPython<SweepReport>('test/sweep/sweep.py', request);
  } finally {
    await Promise.all([twin.close(), managed.close()]);
  }
}

/** What botocore's models demand of the inputs that are honored, as twin/data/constraints.json should have it. */
export async function readConstraints(): Promise<unknown> {
  const honored = Object.fromEntries(
    Object.entries(SERVICES).map(([service, operations]) => [
      service,
      Object.fromEntries(Object.entries(operations).map(([name, { honours }]) => [name, honours])),
    ]),
  );
  return runPython('test/sweep/constraints.py', honored);
}
