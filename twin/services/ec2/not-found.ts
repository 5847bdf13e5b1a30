/**
 * What EC2 answers about an id that it doesn't know: one of wrong form is `.Malformed`, one of right form doesn't
 * exist. Codes, with their uneven spelling: EC2 API reference, error codes. Words of the first: public reports
 * (`Invalid id: "i-0d95" (expecting "sg-...")`); of the others: public reports of these errors.
 *
 * Only an id that the state doesn't hold is looked at: what a snapshot names is well-formed, whatever it looks like.
 * Two lists of one request are not compared: which of two wrong ids AWS names first is unverified.
 */
import { AwsError } from '../../contract.ts';

interface Kind {
  code: string;
  /** As messages name it. */
  noun: string;
  /** null: the documentation has no such code. */
  malformed: string | null;
}

/** By the prefix of their ids. */
const KINDS = {
  vpc: { code: 'InvalidVpcID.NotFound', noun: 'vpc ID', malformed: 'InvalidVpcID.Malformed' },
  subnet: { code: 'InvalidSubnetID.NotFound', noun: 'subnet ID', malformed: 'InvalidSubnetID.Malformed' },
  rtb: {
    code: 'InvalidRouteTableID.NotFound',
    noun: 'routeTable ID',
    malformed: 'InvalidRouteTableId.Malformed',
  },
  'tgw-attach': {
    code: 'InvalidTransitGatewayAttachmentID.NotFound',
    noun: 'transitGatewayAttachment ID',
    malformed: 'InvalidTransitGatewayAttachmentID.Malformed',
  },
  'tgw-rtb': {
    code: 'InvalidRouteTableID.NotFound',
    noun: 'transitGatewayRouteTable ID',
    malformed: 'InvalidRouteTableId.Malformed',
  },
  nat: { code: 'NatGatewayNotFound', noun: 'NAT gateway', malformed: 'NatGatewayMalformed' },
  igw: {
    code: 'InvalidInternetGatewayID.NotFound',
    noun: 'internetGateway ID',
    malformed: 'InvalidInternetGatewayId.Malformed',
  },
  eigw: {
    code: 'InvalidGatewayID.NotFound',
    noun: 'eigw ID',
    malformed: 'InvalidEgressOnlyInternetGatewayId.Malformed',
  },
  vpce: {
    code: 'InvalidVpcEndpointId.NotFound',
    noun: 'Vpc Endpoint Id',
    malformed: 'InvalidVpcEndpointId.Malformed',
  },
  sg: { code: 'InvalidGroup.NotFound', noun: 'security group', malformed: 'InvalidGroupId.Malformed' },
  sgr: {
    code: 'InvalidSecurityGroupRuleId.NotFound',
    noun: 'security group rule ID',
    malformed: 'InvalidSecurityGroupRuleId.Malformed',
  },
  acl: {
    code: 'InvalidNetworkAclID.NotFound',
    noun: 'networkAcl ID',
    malformed: 'InvalidNetworkAclId.Malformed',
  },
  dopt: {
    code: 'InvalidDhcpOptionID.NotFound',
    noun: 'dhcpOption ID',
    malformed: 'InvalidDhcpOptionsId.Malformed',
  },
  pl: {
    code: 'InvalidPrefixListID.NotFound',
    noun: 'prefix list ID',
    malformed: 'InvalidPrefixListId.Malformed',
  },
  eni: {
    code: 'InvalidNetworkInterfaceID.NotFound',
    noun: 'networkInterface ID',
    malformed: 'InvalidNetworkInterfaceId.Malformed',
  },
  pcx: {
    code: 'InvalidVpcPeeringConnectionID.NotFound',
    noun: 'vpcPeeringConnection ID',
    malformed: 'InvalidVpcPeeringConnectionId.Malformed',
  },
  i: { code: 'InvalidInstanceID.NotFound', noun: 'instance ID', malformed: 'InvalidInstanceID.Malformed' },
  // code and words unverified
  'vpcbpa-exclude': {
    code: 'InvalidVpcBlockPublicAccessExclusionId.NotFound',
    noun: 'VPC block public access exclusion ID',
    malformed: null,
  },
} as const satisfies Record<string, Kind>;

/** Prefixes of the ids of EC2 resources that the twin serves. */
export type IdPrefix = keyof typeof KINDS;

/** "The vpc ID 'vpc-0123456789abcdef0' does not exist", or that an id is malformed. */
export function notFound(prefix: IdPrefix): (ids: string[]) => AwsError {
  const { code, noun, malformed }: Kind = KINDS[prefix];
  return (ids) => {
    const wrong = ids.find((id) => !isWellFormed(id, prefix));
    if (malformed !== null && wrong !== undefined) {
      return new AwsError(malformed, `Invalid id: "${wrong}" (expecting "${prefix}-...")`);
    }
    return new AwsError(code, doesNotExist(prefix, noun, ids));
  };
}

/** "The instance IDs 'i-1, i-2' do not exist": instances alone are all named. */
function doesNotExist(prefix: IdPrefix, noun: string, ids: string[]): string {
  if (prefix === 'nat') return `NAT gateway ${ids[0]} was not found`;
  if (prefix === 'i' && ids.length > 1) return `The instance IDs '${ids.join(', ')}' do not exist`;
  return `The ${noun} '${ids[0]}' does not exist`;
}

/** "in the form i-xxxxxxxx or i-xxxxxxxxxxxxxxxxx" (error codes): 8 or 17 hexadecimal digits. */
export function isWellFormed(id: string, prefix: string): boolean {
  const digits = id.startsWith(`${prefix}-`) ? id.slice(prefix.length + 1) : '';
  return /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(digits);
}

/** A service's name, which is no id. Code: EC2 error codes. */
export function noSuchService(names: string[]): AwsError {
  return new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${names[0]}' does not exist`);
}
