/** Interface and gateway endpoints: made, changed, deleted. Source: EC2 API reference. */
import {
  AwsError,
  type Call,
  type Operations,
  type Permission,
  type Piece,
  type RegionState,
} from '../../contract.ts';
import { notImplemented } from '../../wire/errors.ts';
import { resourceKeys } from './condition-keys.ts';
import {
  checkKinds,
  checkLimit,
  checkPolicy,
  checkPrivateDns,
  findGroups,
  findService,
  findSubnets,
  privateNameOf,
} from './endpoint-checks.ts';
import { dnsEntriesOf, makeInterfaces } from './endpoint-interfaces.ts';
import { endEndpoint, removeInterfaces, settleEndpoints, startEndpoint, stateOf } from './endpoint-life.ts';
import { addRoutes, checkTypeOfParameters, findRouteTables, removeRoutes } from './gateway-endpoints.ts';
import { isWellFormed, notFound } from './not-found.ts';
import { withDates } from './times.ts';
import {
  add,
  attributesOf,
  ec2Arn,
  find,
  findVpc,
  newId,
  onResource,
  refuseForeign,
  requestTags,
  tagOnCreate,
  tagsFor,
  writeOperation,
} from './write.ts';

const FULL_ACCESS = JSON.stringify({
  Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }],
});

/** ClientToken -> what was asked and what came of it. */
const tokens = new WeakMap<RegionState, Map<string, { asked: string; endpointId: string }>>();

export const ENDPOINT_OPERATIONS: Operations = {
  CreateVpcEndpoint: writeOperation(
    [
      'VpcEndpointType',
      'VpcId',
      'ServiceName',
      'PolicyDocument',
      'RouteTableIds',
      'SubnetIds',
      'SecurityGroupIds',
      'IpAddressType',
      'ClientToken',
      'PrivateDnsEnabled',
      'TagSpecifications',
    ],
    createPermissions,
    create,
  ),
  ModifyVpcEndpoint: writeOperation(
    [
      'VpcEndpointId',
      'ResetPolicy',
      'PolicyDocument',
      'AddRouteTableIds',
      'RemoveRouteTableIds',
      'AddSubnetIds',
      'RemoveSubnetIds',
      'AddSecurityGroupIds',
      'RemoveSecurityGroupIds',
      'PrivateDnsEnabled',
    ],
    modifyPermissions,
    modify,
  ),
  DeleteVpcEndpoints: writeOperation(
    ['VpcEndpointIds'],
    (input, call) =>
      ((input.VpcEndpointIds ?? []) as string[]).map((id) => onEndpoint('DeleteVpcEndpoints', id, call)),
    deleteEndpoints,
  ),
};

function onEndpoint(
  action: string,
  id: string,
  call: Call,
  more: Record<string, string | string[]> = {},
): Permission {
  const endpoint = find(call, 'VpcEndpoints', 'VpcEndpointId', id);
  return onResource(action, 'vpc-endpoint', endpoint, id, call, more);
}

function onPlaces(
  action: string,
  tableIds: string[],
  subnetIds: string[],
  groupIds: string[],
  call: Call,
): Permission[] {
  return [
    ...tableIds.map((id) => {
      const table = find(call, 'RouteTables', 'RouteTableId', id);
      return onResource(action, 'route-table', table, id, call);
    }),
    ...subnetIds.map((id) => {
      const subnet = find(call, 'Subnets', 'SubnetId', id);
      return onResource(action, 'subnet', subnet, id, call);
    }),
    ...groupIds.map((id) => {
      const group = find(call, 'SecurityGroups', 'GroupId', id);
      return onResource(action, 'security-group', group, id, call);
    }),
  ];
}

/**
 * Dependent action of private DNS: service authorization reference, CreateVpcEndpoint. That it carries `route53:VPCs`
 * as a caller's own request does is unverified.
 */
function associateZone(vpcId: string, call: Call): Permission {
  return {
    action: 'route53:AssociateVPCWithHostedZone',
    resource: `arn:${call.state.partition}:route53:::hostedzone/*`,
    context: { 'route53:VPCs': [`VPCId=${vpcId},VPCRegion=${call.region}`] },
  };
}

function createPermissions(input: Piece, call: Call): Permission[] {
  const tags: Piece[] = ((input.TagSpecifications ?? []) as Piece[]).flatMap(({ Tags }) => Tags ?? []);
  const action = 'CreateVpcEndpoint';
  const vpcId = String(input.VpcId);
  const vpc = find(call, 'Vpcs', 'VpcId', vpcId);
  return [
    onResource(action, 'vpc', vpc, vpcId, call),
    {
      action: 'ec2:CreateVpcEndpoint',
      resource: ec2Arn(call, 'vpc-endpoint', '*'),
      context: {
        ...requestTags(tags),
        ...resourceKeys(action, 'vpc-endpoint', { ServiceName: input.ServiceName }, call),
      },
    },
    ...onPlaces(action, input.RouteTableIds ?? [], input.SubnetIds ?? [], input.SecurityGroupIds ?? [], call),
    ...tagOnCreate(action, 'vpc-endpoint', tags, call),
    ...(input.VpcEndpointType !== 'Interface' || input.PrivateDnsEnabled === false
      ? []
      : [associateZone(vpcId, call)]),
  ];
}

/** IpAddressType of the API reference; the wording is unverified. */
function checkAddressType(type: unknown): void {
  if (type === undefined || ['ipv4', 'dualstack', 'ipv6'].includes(String(type))) return;
  throw new AwsError('InvalidParameterValue', `Value (${type}) for parameter ipAddressType is invalid.`);
}

function create(input: Piece, call: Call): Piece {
  const region = call.state.region(call.accountId, call.region);
  settleEndpoints(call.state, call.accountId, call.region);
  const known = findByToken(input, region);
  if (known) return { VpcEndpoint: withDates(known), ClientToken: input.ClientToken };
  const { VpcEndpointType: type = 'Gateway', PrivateDnsEnabled = type === 'Interface' } = input;
  checkKinds(input);
  checkAddressType(input.IpAddressType);
  if (input.IpAddressType !== undefined && input.IpAddressType !== 'ipv4') {
    throw notImplemented(`IpAddressType ${input.IpAddressType} of ec2:CreateVpcEndpoint`);
  }
  const vpc = findVpc(call, input.VpcId);
  refuseForeign(vpc, call);
  const service = findService(input.ServiceName, type, call);
  if (type !== 'Interface' && type !== 'Gateway') {
    throw notImplemented(`VpcEndpointType ${type} of ec2:CreateVpcEndpoint`);
  }
  checkTypeOfParameters(type, input);
  const Tags = tagsFor(input, 'vpc-endpoint');
  if (input.PolicyDocument !== undefined) checkPolicy(input.PolicyDocument);
  const subnets = findSubnets(input.SubnetIds ?? [], vpc.VpcId, service, [], call);
  const Groups = type === 'Gateway' ? [] : findGroups(input.SecurityGroupIds ?? [], vpc.VpcId, call);
  const tables = findRouteTables(input.RouteTableIds ?? [], vpc.VpcId, service, call);
  if (PrivateDnsEnabled) checkPrivateDns(vpc, service, undefined, call);
  if (type === 'Interface') checkLimit(vpc.VpcId, call);

  const endpoint: Piece = {
    VpcEndpointId: newId(call, 'vpce'),
    VpcEndpointType: type,
    VpcId: vpc.VpcId,
    ServiceName: service.ServiceName,
    // The example of CreateVpcEndpoint in the CLI reference answers with a gateway endpoint that is available.
    State: type === 'Gateway' ? 'available' : 'pending',
    PolicyDocument: input.PolicyDocument ?? FULL_ACCESS,
    RouteTableIds: tables.map(({ RouteTableId }) => RouteTableId),
    SubnetIds: subnets.map(({ SubnetId }) => SubnetId),
    Groups,
    ...(type === 'Gateway' ? {} : { IpAddressType: 'ipv4', DnsOptions: { DnsRecordIpType: 'ipv4' } }),
    PrivateDnsEnabled,
    RequesterManaged: false,
    NetworkInterfaceIds: [],
    DnsEntries: [],
    CreationTimestamp: call.now.toISOString(),
    Tags,
    OwnerId: call.accountId,
    ServiceRegion: call.region,
  };
  if (type === 'Interface') {
    endpoint.NetworkInterfaceIds = makeInterfaces(endpoint, subnets, call);
    endpoint.DnsEntries = dnsEntriesOf(endpoint, privateNameOf(service, call), call);
    startEndpoint(endpoint, region);
  }
  addRoutes(endpoint, tables, service, call);
  add(call, 'VpcEndpoints', endpoint);
  if (input.ClientToken !== undefined) {
    const byToken = tokens.get(region) ?? new Map();
    byToken.set(input.ClientToken, { asked: requestOf(input), endpointId: endpoint.VpcEndpointId });
    tokens.set(region, byToken);
  }
  return { VpcEndpoint: withDates(endpoint), ClientToken: input.ClientToken };
}

/**
 * "If you retry a request with the same client token and the same parameters ... it succeeds without performing
 * any further actions" (EC2 API reference, idempotency). A token whose endpoint is gone makes a new one
 * (unverified).
 */
function findByToken(input: Piece, region: RegionState): Piece | undefined {
  const known = tokens.get(region)?.get(String(input.ClientToken));
  if (!known) return undefined;
  const endpoints: Piece[] = region.Ec2.VpcEndpoints ?? [];
  const endpoint = endpoints.find((each) => each.VpcEndpointId === known.endpointId);
  if (!endpoint || endpoint.State === 'deleting') return undefined;
  if (known.asked !== requestOf(input)) {
    throw new AwsError(
      'IdempotentParameterMismatch',
      'The client token is already in use with other parameters; a client token may be repeated with an identical request alone.',
    );
  }
  return endpoint;
}

function requestOf({ ClientToken: _token, DryRun: _dryRun, ...asked }: Piece): string {
  return JSON.stringify(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function vpcOfEndpoint(input: Piece, call: Call): string {
  return String(find(call, 'VpcEndpoints', 'VpcEndpointId', input.VpcEndpointId)?.VpcId);
}

function modifyPermissions(input: Piece, call: Call): Permission[] {
  const action = 'ModifyVpcEndpoint';
  return [
    onEndpoint(action, String(input.VpcEndpointId), call, attributesOf(input, ['VpcEndpointId', 'DryRun'])),
    ...onPlaces(
      action,
      [...(input.AddRouteTableIds ?? []), ...(input.RemoveRouteTableIds ?? [])],
      [...(input.AddSubnetIds ?? []), ...(input.RemoveSubnetIds ?? [])],
      [...(input.AddSecurityGroupIds ?? []), ...(input.RemoveSecurityGroupIds ?? [])],
      call,
    ),
    ...(input.PrivateDnsEnabled === true ? [associateZone(vpcOfEndpoint(input, call), call)] : []),
  ];
}

/** Everything is checked before anything is changed. That it takes effect at once is the twin's simplification. */
function modify(input: Piece, call: Call): Piece {
  settleEndpoints(call.state, call.accountId, call.region);
  const endpoint = find(call, 'VpcEndpoints', 'VpcEndpointId', input.VpcEndpointId);
  if (!endpoint || stateOf(endpoint) === 'deleting') {
    throw notFound('vpce')([String(input.VpcEndpointId)]);
  }
  if (endpoint.VpcEndpointType === 'Gateway') return modifyGateway(endpoint, input, call);
  if (endpoint.VpcEndpointType !== 'Interface') {
    throw notImplemented(`ec2:ModifyVpcEndpoint of an endpoint of type ${endpoint.VpcEndpointType}`);
  }
  checkTypeOfParameters('Interface', {
    RouteTableIds: [...(input.AddRouteTableIds ?? []), ...(input.RemoveRouteTableIds ?? [])],
  });
  const service = findService(endpoint.ServiceName, 'Interface', call);
  if (input.PolicyDocument !== undefined) checkPolicy(input.PolicyDocument);
  const removed: string[] = input.RemoveSubnetIds ?? [];
  const kept = ((endpoint.SubnetIds ?? []) as string[]).filter((id) => !removed.includes(id));
  const added = findSubnets(
    ((input.AddSubnetIds ?? []) as string[]).filter((id) => !kept.includes(id)),
    endpoint.VpcId,
    service,
    kept,
    call,
  );
  const Groups = groupsAfter(endpoint, input, call);
  if (input.PrivateDnsEnabled === true && !endpoint.PrivateDnsEnabled) {
    checkPrivateDns(findVpc(call, endpoint.VpcId), service, endpoint, call);
  }

  if (input.PolicyDocument !== undefined) endpoint.PolicyDocument = input.PolicyDocument;
  if (input.ResetPolicy === true) endpoint.PolicyDocument = FULL_ACCESS;
  if (input.PrivateDnsEnabled !== undefined) endpoint.PrivateDnsEnabled = input.PrivateDnsEnabled;
  setGroups(endpoint, Groups, call);
  moveSubnets(endpoint, kept, removed, added, call);
  endpoint.DnsEntries = dnsEntriesOf(endpoint, privateNameOf(service, call), call);
  return { Return: true };
}

function modifyGateway(endpoint: Piece, input: Piece, call: Call): Piece {
  checkTypeOfParameters('Gateway', {
    SubnetIds: [...(input.AddSubnetIds ?? []), ...(input.RemoveSubnetIds ?? [])],
    SecurityGroupIds: [...(input.AddSecurityGroupIds ?? []), ...(input.RemoveSecurityGroupIds ?? [])],
    PrivateDnsEnabled: input.PrivateDnsEnabled,
  });
  const service = findService(endpoint.ServiceName, 'Gateway', call);
  if (input.PolicyDocument !== undefined) checkPolicy(input.PolicyDocument);
  const removed: string[] = input.RemoveRouteTableIds ?? [];
  const kept = ((endpoint.RouteTableIds ?? []) as string[]).filter((id) => !removed.includes(id));
  const added = findRouteTables(
    ((input.AddRouteTableIds ?? []) as string[]).filter((id) => !kept.includes(id)),
    endpoint.VpcId,
    service,
    call,
  );
  if (input.PolicyDocument !== undefined) endpoint.PolicyDocument = input.PolicyDocument;
  if (input.ResetPolicy === true) endpoint.PolicyDocument = FULL_ACCESS;
  removeRoutes(endpoint, call, removed);
  addRoutes(endpoint, added, service, call);
  endpoint.RouteTableIds = [...kept, ...added.map(({ RouteTableId }) => RouteTableId)];
  return { Return: true };
}

function groupsAfter(endpoint: Piece, input: Piece, call: Call): Piece[] {
  const removed: string[] = input.RemoveSecurityGroupIds ?? [];
  const kept = ((endpoint.Groups ?? []) as Piece[]).filter(({ GroupId }) => !removed.includes(GroupId));
  const wanted = ((input.AddSecurityGroupIds ?? []) as string[]).filter(
    (id) => !kept.some(({ GroupId }) => GroupId === id),
  );
  const after = wanted.length === 0 ? kept : [...kept, ...findGroups(wanted, endpoint.VpcId, call)];
  // code and wording unverified; an interface has one group at least
  if (after.length === 0) {
    throw new AwsError(
      'InvalidParameter',
      `The VPC endpoint ${endpoint.VpcEndpointId} must have at least one security group.`,
    );
  }
  return after;
}

function setGroups(endpoint: Piece, groups: Piece[], call: Call): void {
  endpoint.Groups = groups;
  for (const id of (endpoint.NetworkInterfaceIds ?? []) as string[]) {
    const made = find(call, 'NetworkInterfaces', 'NetworkInterfaceId', id);
    if (made) made.Groups = groups;
  }
}

function moveSubnets(endpoint: Piece, kept: string[], removed: string[], added: Piece[], call: Call): void {
  const interfaces: Piece[] = call.state.region(call.accountId, call.region).Ec2.NetworkInterfaces ?? [];
  const ids: string[] = endpoint.NetworkInterfaceIds ?? [];
  const gone = new Set(
    interfaces
      .filter((each) => ids.includes(each.NetworkInterfaceId) && removed.includes(each.SubnetId))
      .map((each) => String(each.NetworkInterfaceId)),
  );
  removeInterfaces(call.state, call.accountId, call.region, gone);
  endpoint.SubnetIds = [...kept, ...added.map(({ SubnetId }) => SubnetId)];
  endpoint.NetworkInterfaceIds = [
    ...ids.filter((id) => !gone.has(id)),
    ...makeInterfaces(endpoint, added, call),
  ];
}

/** Code of an unknown id as terraform-provider-aws reads it in Unsuccessful (InvalidVpcEndpoint.NotFound). */
function deleteEndpoints(input: Piece, call: Call): Piece {
  const region = call.state.region(call.accountId, call.region);
  settleEndpoints(call.state, call.accountId, call.region);
  const ids = input.VpcEndpointIds as string[];
  const malformed = ids.filter(
    (id) => !find(call, 'VpcEndpoints', 'VpcEndpointId', id) && !isWellFormed(id, 'vpce'),
  );
  if (malformed.length > 0) throw notFound('vpce')(malformed);
  const Unsuccessful: Piece[] = [];
  for (const id of ids) {
    const endpoint = find(call, 'VpcEndpoints', 'VpcEndpointId', id);
    if (endpoint) {
      if (stateOf(endpoint) === 'deleting') continue;
      removeRoutes(endpoint, call);
      endEndpoint(endpoint, region, call.now.getTime());
    } else {
      const reason = {
        Code: 'InvalidVpcEndpoint.NotFound',
        Message: `The Vpc Endpoint Id '${id}' does not exist`,
      };
      Unsuccessful.push({ ResourceId: id, Error: reason });
    }
  }
  return { Unsuccessful };
}
