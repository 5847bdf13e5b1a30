/** What CreateVpcEndpoint and ModifyVpcEndpoint refuse, as AWS words it. */
import { IpAddressType as AddressType, VpcEndpointType as EndpointType } from '@aws-sdk/client-ec2';
import { AwsError, type Call, type Piece } from '../../contract.ts';
import { checkFreeAddress } from './endpoint-interfaces.ts';
import { stateOf } from './endpoint-life.ts';
import { servicesNamed, typesOf } from './endpoint-services.ts';
import { noSuchService, notFound } from './not-found.ts';
import { find } from './write.ts';

/** "50 interface and Gateway Load Balancer endpoints per VPC" (PrivateLink quotas). */
const MOST_PER_VPC = 50;
/** "Security groups per network interface: 5" (VPC quotas). */
const MOST_GROUPS = 5;

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameter', message);
}

/** "InvalidVpcEndpointType: The specified VPC endpoint type is not valid" (error codes); the rest is unverified. */
export function checkKinds({ VpcEndpointType, IpAddressType }: Piece): void {
  if (VpcEndpointType !== undefined && !Object.hasOwn(EndpointType, VpcEndpointType)) {
    throw new AwsError('InvalidVpcEndpointType', `The VPC endpoint type ${VpcEndpointType} is not valid.`);
  }
  if (IpAddressType !== undefined && !Object.hasOwn(AddressType, IpAddressType)) {
    throw new AwsError('InvalidParameter', `The IP address type ${IpAddressType} is not valid.`);
  }
}

/** The service of that name that is offered here as an endpoint of that type. */
export function findService(serviceName: unknown, type: string, call: Call): Piece {
  const services: Piece[] = call.state.region(call.accountId, call.region).Ec2.VpcEndpointServices ?? [];
  const named = servicesNamed(services, serviceName, type);
  const [service] = named;
  if (!service) throw noSuchService([String(serviceName)]);
  if (!typesOf(service).includes(type)) {
    const types = [...new Set(named.flatMap(typesOf))];
    throw invalid(`Endpoint type (${type}) does not match available service types ([${types.join(', ')}]).`);
  }
  return service;
}

/**
 * Subnets of the VPC, one in each zone, in zones of the service, with a free address. `present`: subnets that
 * the endpoint has already. Words: terraform-aws-modules/terraform-aws-vpc #451, #785.
 */
export function findSubnets(
  ids: readonly string[],
  vpcId: string,
  service: Piece,
  present: readonly string[],
  call: Call,
): Piece[] {
  const zones = new Set(present.map((id) => find(call, 'Subnets', 'SubnetId', id)?.AvailabilityZone));
  return ids.map((id) => {
    const subnet = find(call, 'Subnets', 'SubnetId', id);
    if (!subnet) throw notFound('subnet')([id]);
    // wording unverified
    if (subnet.VpcId !== vpcId) throw invalid(`The subnet ${id} does not belong to the VPC ${vpcId}.`);
    const supported: string[] | undefined = service.AvailabilityZones;
    if (supported && !supported.includes(subnet.AvailabilityZone)) {
      throw invalid(
        `The VPC endpoint service ${service.ServiceName} does not support the availability zone of the subnet: ${id}.`,
      );
    }
    if (zones.has(subnet.AvailabilityZone)) {
      throw new AwsError(
        'DuplicateSubnetsInSameZone',
        `Found another VPC endpoint subnet in the availability zone of ${id}. VPC endpoint subnets should be in different availability zones supported by the VPC endpoint service.`,
      );
    }
    zones.add(subnet.AvailabilityZone);
    checkFreeAddress(subnet);
    return subnet;
  });
}

/** Groups of the VPC. "If no group is specified, the default security group of the VPC" (CreateVpcEndpoint). */
export function findGroups(ids: readonly string[], vpcId: string, call: Call): Piece[] {
  const groups: Piece[] = call.state.region(call.accountId, call.region).Ec2.SecurityGroups ?? [];
  if (ids.length === 0) {
    const byDefault = groups.filter((group) => group.VpcId === vpcId && group.GroupName === 'default');
    return byDefault.map(reference);
  }
  if (ids.length > MOST_GROUPS) {
    throw new AwsError(
      'SecurityGroupsPerInterfaceLimitExceeded',
      `The maximum number of security groups per interface has been reached: ${MOST_GROUPS}`,
    );
  }
  return ids.map((id) => {
    const group = groups.find((each) => each.GroupId === id);
    if (!group) throw notFound('sg')([id]);
    // words of CreateNetworkInterface for the same mistake
    if (group.VpcId !== vpcId)
      throw invalid('You have specified two resources that belong to different networks.');
    return reference(group);
  });
}

function reference({ GroupId, GroupName }: Piece): Piece {
  return { GroupId, GroupName };
}

/**
 * Private DNS needs both DNS attributes, and a name that nothing holds in the VPC yet. Words:
 * terraform-provider-aws #17535; public reports of the first.
 */
export function checkPrivateDns(vpc: Piece, service: Piece, self: Piece | undefined, call: Call): void {
  const { Ec2 } = call.state.region(call.accountId, call.region);
  const { EnableDnsSupport = true, EnableDnsHostnames = vpc.IsDefault ?? false } =
    Ec2.VpcAttributes?.[vpc.VpcId] ?? {};
  if (!EnableDnsSupport || !EnableDnsHostnames) {
    throw invalid(
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpc.VpcId}`,
    );
  }
  const name = privateNameOf(service, call);
  const others = ((Ec2.VpcEndpoints ?? []) as Piece[]).filter(
    (endpoint) => endpoint !== self && endpoint.VpcId === vpc.VpcId && endpoint.PrivateDnsEnabled,
  );
  const byEndpoint = others.some(
    (endpoint) => privateNameOf(endpoint, call) === name && stateOf(endpoint) !== 'failed',
  );
  if (byEndpoint || zoneNamed(name, vpc.VpcId, call)) {
    throw invalid(
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC ${vpc.VpcId}`,
    );
  }
}

/** Whether a private hosted zone of any account holds the name in the VPC. */
function zoneNamed(name: string, vpcId: string, call: Call): boolean {
  for (const { Route53 } of call.state.snapshot.accounts.values()) {
    for (const zone of Route53.HostedZones as Piece[]) {
      const associated = ((zone.VPCs ?? []) as Piece[]).some(
        ({ VPCId, VPCRegion }) => VPCId === vpcId && VPCRegion === call.region,
      );
      if (associated && String(zone.Name).replace(/\.$/, '') === name) return true;
    }
  }
  return false;
}

/** The service's own DNS name, of a service or an endpoint. */
export function privateNameOf({ ServiceName }: Piece, call: Call): string {
  const services: Piece[] = call.state.region(call.accountId, call.region).Ec2.VpcEndpointServices ?? [];
  const [service] = servicesNamed(services, ServiceName, 'Interface');
  if (typeof service?.PrivateDnsName === 'string') return service.PrivateDnsName;
  const suffix = call.state.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${String(ServiceName)
    .split('.')
    .slice(String(ServiceName).startsWith('cn.') ? 4 : 3)
    .join('.')}.${call.region}.${suffix}`;
}

/** Words of the code: EC2 error codes; public reports. */
export function checkLimit(vpcId: string, call: Call): void {
  const endpoints: Piece[] = call.state.region(call.accountId, call.region).Ec2.VpcEndpoints ?? [];
  const counted = endpoints.filter(
    (endpoint) => endpoint.VpcId === vpcId && endpoint.VpcEndpointType !== 'Gateway',
  );
  if (counted.length >= MOST_PER_VPC) {
    throw new AwsError('VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.');
  }
}

/** "The specified policy document is not a valid JSON policy document" (EC2 error codes, InvalidPolicyDocument). */
export function checkPolicy(text: unknown): void {
  try {
    const document: unknown = JSON.parse(String(text));
    if (typeof document === 'object' && document !== null && 'Statement' in document) return;
  } catch {
    // refused below
  }
  throw new AwsError(
    'InvalidPolicyDocument',
    'The specified policy document is not a valid JSON policy document.',
  );
}
