/** Network interfaces and DNS names of interface endpoints, in the shapes that EC2 describes. */
import { createHash } from 'node:crypto';
import { AwsError, type Call, type Piece } from '../../contract.ts';
import { formatAddress, parseCidr } from '../../ipv4.ts';
import { visibleInterfaces } from './sharing.ts';
import { add, find, newId, takeAddresses } from './write.ts';

/** "The first four IP addresses and the last IP address in each subnet CIDR block are not available" (VPC user guide). */
const RESERVED_FIRST = 4;

/** Makes the endpoint's interfaces in the subnets and takes their addresses. Answers their ids. */
export function makeInterfaces(endpoint: Piece, subnets: readonly Piece[], call: Call): string[] {
  return subnets.map((subnet) => {
    const address = freeAddress(subnet, call);
    const NetworkInterfaceId = newId(call, 'eni');
    add(call, 'NetworkInterfaces', {
      Attachment: {
        AttachmentId: newId(call, 'ela-attach'),
        DeleteOnTermination: false,
        DeviceIndex: 1,
        InstanceOwnerId: 'amazon-aws',
        Status: 'attached',
      },
      AvailabilityZone: subnet.AvailabilityZone,
      Description: `VPC Endpoint Interface ${endpoint.VpcEndpointId}`,
      Groups: endpoint.Groups,
      InterfaceType: 'vpc_endpoint',
      NetworkInterfaceId,
      OwnerId: call.accountId,
      PrivateIpAddress: address,
      PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: address }],
      RequesterManaged: true,
      Status: 'in-use',
      SubnetId: subnet.SubnetId,
      TagSet: [],
      VpcId: subnet.VpcId,
    });
    takeAddresses(call.state, call.accountId, call.region, subnet.SubnetId, 1);
    return NetworkInterfaceId;
  });
}

/** Code: EC2 error codes ("The specified subnet does not contain enough free private IP addresses"); wording as there. */
export function checkFreeAddress(subnet: Piece): void {
  const count = subnet.AvailableIpAddressCount;
  if (subnet.CidrBlock !== undefined && !(typeof count === 'number' && count < 1)) return;
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet does not have enough free addresses to satisfy the request: ${subnet.SubnetId}`,
  );
}

function freeAddress(subnet: Piece, call: Call): string {
  const block = parseCidr(String(subnet.CidrBlock));
  if (!block) throw new Error(`subnet ${subnet.SubnetId} has no IPv4 CIDR block`);
  const taken = new Set(
    visibleInterfaces(call).flatMap((each) => [
      each.PrivateIpAddress,
      ...((each.PrivateIpAddresses ?? []) as Piece[]).map((address) => address.PrivateIpAddress),
    ]),
  );
  for (let value = block.first + RESERVED_FIRST; value < block.last; value++) {
    const address = formatAddress(value);
    if (!taken.has(address)) return address;
  }
  checkFreeAddress({ ...subnet, AvailableIpAddressCount: 0 });
  throw new Error('unreachable');
}

/** Names of the endpoint: regional, one for each zone, and the service's own with private DNS. */
export function dnsEntriesOf(endpoint: Piece, privateName: string, call: Call): Piece[] {
  const service = String(endpoint.ServiceName).split('.').slice(3).join('.');
  const suffix = createHash('sha256').update(endpoint.VpcEndpointId).digest('hex').slice(0, 8);
  const label = `${endpoint.VpcEndpointId}-${suffix}`;
  const domain = `${service}.${call.region}.vpce.${privateName.endsWith('.cn') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  const zones = ((endpoint.SubnetIds ?? []) as string[]).map(
    (subnetId) => find(call, 'Subnets', 'SubnetId', subnetId)?.AvailabilityZone,
  );
  return [
    { DnsName: `${label}.${domain}`, HostedZoneId: zoneIdOf(domain) },
    ...zones.map((zone) => ({ DnsName: `${label}-${zone}.${domain}`, HostedZoneId: zoneIdOf(domain) })),
    ...(endpoint.PrivateDnsEnabled
      ? [{ DnsName: privateName, HostedZoneId: privateZoneIdOf(endpoint) }]
      : []),
  ];
}

function zoneIdOf(domain: string): string {
  return `Z${createHash('sha256').update(domain).digest('hex').slice(0, 13).toUpperCase()}`;
}

/** Id of the hosted zone that AWS makes for the private DNS of an endpoint. */
export function privateZoneIdOf(endpoint: Piece): string {
  return zoneIdOf(`${endpoint.VpcEndpointId}/private`);
}
