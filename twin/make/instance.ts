/** An instance of a made network: itself, its network interface, status, agent and what SSM knows of it. */
import type { Piece } from '../contract.ts';
import { CAPTURED_AT } from './frame.ts';
import { makeId, makeUniqueId } from './ids.ts';
import type { NewNetwork, Place } from './network.ts';
import { regionOf } from './region.ts';

const LAUNCHED = '2026-10-01T00:00:00+00:00';
const AGENT = '3.3.987.0';

type NewInstance = NewNetwork['instances'][number];

/** `host`: last octet of its address. */
export function addInstance(place: Place, instance: NewInstance, subnet: Piece, host: number): void {
  const region = regionOf(place.account, place.region);
  const address = `${String(subnet.CidrBlock).split('.').slice(0, 3).join('.')}.${host}`;
  const InstanceId = makeId('i', place.vpcId, instance.name);
  const network = interfaceOf(place, subnet, address, InstanceId);
  const State = instance.running ? { Code: 16, Name: 'running' } : { Code: 80, Name: 'stopped' };

  region.Ec2.Instances = [
    ...(region.Ec2.Instances ?? []),
    instanceOf(place, instance, subnet, network, { InstanceId, State, address }),
  ];
  region.Ec2.NetworkInterfaces = [
    ...(region.Ec2.NetworkInterfaces ?? []),
    {
      ...network,
      AvailabilityZone: subnet.AvailabilityZone,
      Description: '',
      RequesterManaged: false,
      Attachment: { ...network.Attachment, InstanceId, InstanceOwnerId: place.accountId },
    },
  ];
  region.Agents[InstanceId] = { Installed: true, Version: AGENT };
  if (!instance.running) return;
  const ok = { Status: 'ok', Details: [] };
  region.Ec2.InstanceStatuses = [
    ...(region.Ec2.InstanceStatuses ?? []),
    {
      InstanceId,
      AvailabilityZone: subnet.AvailabilityZone,
      InstanceState: State,
      InstanceStatus: ok,
      SystemStatus: ok,
    },
  ];
  if (instance.online) region.Ssm.InstanceInformationList.push(informationOf(instance, InstanceId, address));
}

function groupsOf({ groupId }: Place): Piece[] {
  return [{ GroupId: groupId, GroupName: 'default' }];
}

/** The address of an interface in a public network: the same octets in a documentation block. */
function associationOf({ network }: Place, address: string): Piece | undefined {
  if (network.shape !== 'public') return undefined;
  const PublicIp = `203.0.113.${address.split('.').at(-1)}`;
  return { PublicIp, IpOwnerId: 'amazon', PublicDnsName: '' };
}

function interfaceOf(place: Place, subnet: Piece, address: string, instanceId: string): Piece {
  const Association = associationOf(place, address);
  return {
    NetworkInterfaceId: makeId('eni', instanceId),
    SubnetId: subnet.SubnetId,
    VpcId: place.vpcId,
    PrivateIpAddress: address,
    Groups: groupsOf(place),
    Status: 'in-use',
    OwnerId: place.accountId,
    InterfaceType: 'interface',
    ...(Association ? { Association } : {}),
    Attachment: {
      AttachTime: LAUNCHED,
      DeviceIndex: 0,
      Status: 'attached',
      AttachmentId: makeId('eni-attach', instanceId),
      DeleteOnTermination: true,
      NetworkCardIndex: 0,
    },
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: address }],
  };
}

function instanceOf(
  place: Place,
  instance: NewInstance,
  subnet: Piece,
  network: Piece,
  { InstanceId, State, address }: { InstanceId: string; State: Piece; address: string },
): Piece {
  const { accountId } = place;
  const association = associationOf(place, address);
  return {
    InstanceId,
    ImageId: 'ami-0123456789abcdef0',
    InstanceType: instance.windows ? 't3.medium' : 't4g.small',
    Architecture: instance.windows ? 'x86_64' : 'arm64',
    PlatformDetails: instance.windows ? 'Windows' : 'Linux/UNIX',
    ...(instance.windows ? { Platform: 'windows' } : {}),
    State,
    LaunchTime: LAUNCHED,
    VpcId: place.vpcId,
    SubnetId: subnet.SubnetId,
    PrivateIpAddress: address,
    ...(association ? { PublicIpAddress: association.PublicIp } : {}),
    Placement: { AvailabilityZone: subnet.AvailabilityZone, Tenancy: 'default' },
    SecurityGroups: groupsOf(place),
    NetworkInterfaces: [network],
    ...(instance.profile
      ? {
          IamInstanceProfile: {
            Arn: `arn:aws:iam::${accountId}:instance-profile/${instance.profile}`,
            Id: makeUniqueId('AIPA', accountId, instance.profile),
          },
        }
      : {}),
    MetadataOptions: {
      State: 'applied',
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: 2,
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'disabled',
    },
    Tags: [{ Key: 'Name', Value: instance.name }],
  };
}

function informationOf(instance: NewInstance, InstanceId: string, address: string): Piece {
  return {
    InstanceId,
    PingStatus: 'Online',
    LastPingDateTime: CAPTURED_AT,
    AgentVersion: AGENT,
    IsLatestVersion: false,
    PlatformType: instance.windows ? 'Windows' : 'Linux',
    PlatformName: instance.windows ? 'Microsoft Windows Server 2022 Datacenter' : 'Amazon Linux',
    PlatformVersion: instance.windows ? '10.0.20348' : '2023',
    ResourceType: 'EC2Instance',
    IPAddress: address,
    ComputerName: instance.name,
    SourceId: InstanceId,
    SourceType: 'AWS::EC2::Instance',
  };
}
