/**
 * Filters of instances, their statuses and network interfaces, as the EC2 API reference documents them
 * (names held against botocore's model of 2016-11-15).
 */
import type { FilterTable } from './filters.ts';
import { TAG_FILTERS } from './filters.ts';

const ATTACHMENT: FilterTable = {
  'attachment.attach-time': 'Attachment.AttachTime',
  'attachment.attachment-id': 'Attachment.AttachmentId',
  'attachment.delete-on-termination': 'Attachment.DeleteOnTermination',
  'attachment.device-index': 'Attachment.DeviceIndex',
  'attachment.instance-id': 'Attachment.InstanceId',
  'attachment.instance-owner-id': 'Attachment.InstanceOwnerId',
  'attachment.status': 'Attachment.Status',
};

const ASSOCIATION: FilterTable = {
  'association.allocation-id': 'Association.AllocationId',
  'association.association-id': 'Association.AssociationId',
  'association.ip-owner-id': 'Association.IpOwnerId',
  'association.public-ip': 'Association.PublicIp',
  'association.public-dns-name': 'Association.PublicDnsName',
};

/** What DescribeNetworkInterfaces and the `network-interface.` filters of DescribeInstances share. */
const INTERFACE: FilterTable = {
  ...ATTACHMENT,
  ...ASSOCIATION,
  'addresses.primary': 'PrivateIpAddresses.Primary',
  'addresses.private-ip-address': 'PrivateIpAddresses.PrivateIpAddress',
  'addresses.association.public-ip': 'PrivateIpAddresses.Association.PublicIp',
  'availability-zone': 'AvailabilityZone',
  description: 'Description',
  'group-id': 'Groups.GroupId',
  'ipv6-addresses.ipv6-address': 'Ipv6Addresses.Ipv6Address',
  'mac-address': 'MacAddress',
  'network-interface-id': 'NetworkInterfaceId',
  'operator.managed': 'Operator.Managed',
  'operator.principal': 'Operator.Principal',
  'owner-id': 'OwnerId',
  'private-dns-name': 'PrivateDnsName',
  'private-ip-address': 'PrivateIpAddress',
  'requester-id': 'RequesterId',
  'requester-managed': 'RequesterManaged',
  'source-dest-check': 'SourceDestCheck',
  status: 'Status',
  'subnet-id': 'SubnetId',
  'vpc-id': 'VpcId',
};

export const NETWORK_INTERFACE_FILTERS: FilterTable = {
  ...INTERFACE,
  ...TAG_FILTERS,
  'addresses.association.owner-id': 'PrivateIpAddresses.Association.IpOwnerId',
  'availability-zone-id': 'AvailabilityZoneId',
  'interface-type': 'InterfaceType',
};

function within(prefix: string, member: string, table: FilterTable): FilterTable {
  return Object.fromEntries(
    Object.entries(table).map(([name, where]) => [`${prefix}.${name}`, `${member}.${String(where)}`]),
  );
}

export const INSTANCE_FILTERS: FilterTable = {
  ...TAG_FILTERS,
  ...within('network-interface', 'NetworkInterfaces', INTERFACE),
  'network-interface.attachment.network-card-index': 'NetworkInterfaces.Attachment.NetworkCardIndex',
  'network-interface.addresses.association.public-dns-name':
    'NetworkInterfaces.PrivateIpAddresses.Association.PublicDnsName',
  'network-interface.addresses.association.ip-owner-id':
    'NetworkInterfaces.PrivateIpAddresses.Association.IpOwnerId',
  'network-interface.addresses.private-dns-name': 'NetworkInterfaces.PrivateIpAddresses.PrivateDnsName',
  'network-interface.group-name': 'NetworkInterfaces.Groups.GroupName',
  'network-interface.addresses.association.allocation-id':
    'NetworkInterfaces.PrivateIpAddresses.Association.AllocationId',
  'network-interface.addresses.association.association-id':
    'NetworkInterfaces.PrivateIpAddresses.Association.AssociationId',
  'network-interface.addresses.association.carrier-ip':
    'NetworkInterfaces.PrivateIpAddresses.Association.CarrierIp',
  'network-interface.addresses.association.customer-owned-ip':
    'NetworkInterfaces.PrivateIpAddresses.Association.CustomerOwnedIp',
  'network-interface.association.carrier-ip': 'NetworkInterfaces.Association.CarrierIp',
  'network-interface.association.customer-owned-ip': 'NetworkInterfaces.Association.CustomerOwnedIp',
  'network-interface.deny-all-igw-traffic': 'NetworkInterfaces.DenyAllIgwTraffic',
  'network-interface.ipv4-prefixes.ipv4-prefix': 'NetworkInterfaces.Ipv4Prefixes.Ipv4Prefix',
  'network-interface.ipv6-address': 'NetworkInterfaces.Ipv6Address',
  'network-interface.ipv6-addresses.is-primary-ipv6': 'NetworkInterfaces.Ipv6Addresses.IsPrimaryIpv6',
  'network-interface.ipv6-native': 'NetworkInterfaces.Ipv6Native',
  'network-interface.ipv6-prefixes.ipv6-prefix': 'NetworkInterfaces.Ipv6Prefixes.Ipv6Prefix',
  'network-interface.outpost-arn': 'NetworkInterfaces.OutpostArn',
  'network-interface.public-dns-name': 'NetworkInterfaces.PublicDnsName',
  'network-interface.tag-key': 'NetworkInterfaces.TagSet.Key',
  'network-interface.tag-value': 'NetworkInterfaces.TagSet.Value',
  affinity: 'Placement.Affinity',
  architecture: 'Architecture',
  'availability-zone': 'Placement.AvailabilityZone',
  'availability-zone-id': 'Placement.AvailabilityZoneId',
  'block-device-mapping.attach-time': 'BlockDeviceMappings.Ebs.AttachTime',
  'block-device-mapping.delete-on-termination': 'BlockDeviceMappings.Ebs.DeleteOnTermination',
  'block-device-mapping.device-name': 'BlockDeviceMappings.DeviceName',
  'block-device-mapping.status': 'BlockDeviceMappings.Ebs.Status',
  'block-device-mapping.volume-id': 'BlockDeviceMappings.Ebs.VolumeId',
  'boot-mode': 'BootMode',
  'capacity-reservation-id': 'CapacityReservationId',
  'capacity-reservation-specification.capacity-reservation-preference':
    'CapacityReservationSpecification.CapacityReservationPreference',
  'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id':
    'CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId',
  'capacity-reservation-specification.capacity-reservation-target.capacity-reservation-resource-group-arn':
    'CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationResourceGroupArn',
  'client-token': 'ClientToken',
  'current-instance-boot-mode': 'CurrentInstanceBootMode',
  'dns-name': 'PublicDnsName',
  'ebs-optimized': 'EbsOptimized',
  'ena-support': 'EnaSupport',
  'enclave-options.enabled': 'EnclaveOptions.Enabled',
  'hibernation-options.configured': 'HibernationOptions.Configured',
  'host-id': 'Placement.HostId',
  hypervisor: 'Hypervisor',
  'iam-instance-profile.arn': 'IamInstanceProfile.Arn',
  'iam-instance-profile.id': 'IamInstanceProfile.Id',
  'image-id': 'ImageId',
  'instance-id': 'InstanceId',
  'instance-lifecycle': 'InstanceLifecycle',
  'instance-state-code': 'State.Code',
  'instance-state-name': 'State.Name',
  'instance-type': 'InstanceType',
  'instance.group-id': 'SecurityGroups.GroupId',
  'instance.group-name': 'SecurityGroups.GroupName',
  'ip-address': 'PublicIpAddress',
  'ipv6-address': 'Ipv6Address',
  'kernel-id': 'KernelId',
  'key-name': 'KeyName',
  'launch-index': 'AmiLaunchIndex',
  'launch-time': 'LaunchTime',
  'maintenance-options.auto-recovery': 'MaintenanceOptions.AutoRecovery',
  'metadata-options.http-endpoint': 'MetadataOptions.HttpEndpoint',
  'metadata-options.http-protocol-ipv4': 'MetadataOptions.HttpProtocolIpv4',
  'metadata-options.http-protocol-ipv6': 'MetadataOptions.HttpProtocolIpv6',
  'metadata-options.http-put-response-hop-limit': 'MetadataOptions.HttpPutResponseHopLimit',
  'metadata-options.http-tokens': 'MetadataOptions.HttpTokens',
  'metadata-options.instance-metadata-tags': 'MetadataOptions.InstanceMetadataTags',
  'metadata-options.state': 'MetadataOptions.State',
  'monitoring-state': 'Monitoring.State',
  'network-performance-options.bandwidth-weighting': 'NetworkPerformanceOptions.BandwidthWeighting',
  'operator.managed': 'Operator.Managed',
  'operator.principal': 'Operator.Principal',
  'outpost-arn': 'OutpostArn',
  'owner-id': 'OwnerId',
  'placement-group-name': 'Placement.GroupName',
  'placement-partition-number': 'Placement.PartitionNumber',
  platform: 'Platform',
  'platform-details': 'PlatformDetails',
  'private-dns-name': 'PrivateDnsName',
  'private-dns-name-options.enable-resource-name-dns-a-record':
    'PrivateDnsNameOptions.EnableResourceNameDnsARecord',
  'private-dns-name-options.enable-resource-name-dns-aaaa-record':
    'PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord',
  'private-dns-name-options.hostname-type': 'PrivateDnsNameOptions.HostnameType',
  'private-ip-address': 'PrivateIpAddress',
  'product-code': 'ProductCodes.ProductCodeId',
  'product-code.type': 'ProductCodes.ProductCodeType',
  'ramdisk-id': 'RamdiskId',
  reason: 'StateTransitionReason',
  'requester-id': 'RequesterId',
  'reservation-id': 'ReservationId',
  'root-device-name': 'RootDeviceName',
  'root-device-type': 'RootDeviceType',
  'source-dest-check': 'SourceDestCheck',
  'spot-instance-request-id': 'SpotInstanceRequestId',
  'state-reason-code': 'StateReason.Code',
  'state-reason-message': 'StateReason.Message',
  'subnet-id': 'SubnetId',
  tenancy: 'Placement.Tenancy',
  'tpm-support': 'TpmSupport',
  'usage-operation': 'UsageOperation',
  'usage-operation-update-time': 'UsageOperationUpdateTime',
  'virtualization-type': 'VirtualizationType',
  'vpc-id': 'VpcId',
};

export const INSTANCE_STATUS_FILTERS: FilterTable = {
  'availability-zone': 'AvailabilityZone',
  'availability-zone-id': 'AvailabilityZoneId',
  'event.code': 'Events.Code',
  'event.description': 'Events.Description',
  'event.instance-event-id': 'Events.InstanceEventId',
  'event.not-after': 'Events.NotAfter',
  'event.not-before': 'Events.NotBefore',
  'event.not-before-deadline': 'Events.NotBeforeDeadline',
  'instance-state-code': 'InstanceState.Code',
  'instance-state-name': 'InstanceState.Name',
  'instance-status.reachability': 'InstanceStatus.Details.Status',
  'instance-status.status': 'InstanceStatus.Status',
  'operator.managed': 'Operator.Managed',
  'operator.principal': 'Operator.Principal',
  'system-status.reachability': 'SystemStatus.Details.Status',
  'system-status.status': 'SystemStatus.Status',
  'attached-ebs-status.status': 'AttachedEbsStatus.Status',
};
