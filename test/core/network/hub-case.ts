/**
 * An isolated VPC beside the hub of its Region, as observed: the hub's endpoints, its Profile and a transit gateway between
 * both, over which everything works. Each edit changes one fact.
 */
import type { Read } from '../../../functions/core/model/reads.ts';
import { clientsOf } from '../../../functions/core/network/clients.ts';
import type {
  EndpointFacts,
  HubObservation,
  NetworkObservation,
  ProfileResourceFacts,
  SubnetFacts,
  VpcFacts,
} from '../../../functions/core/network/facts.ts';
import type { HubZoneFacts } from '../../../functions/core/network/hub-facts.ts';
import { judgeClients } from '../../../functions/core/network/instance-path.ts';
import { needOf } from '../../../functions/core/network/migration.ts';
import { SERVICE_NAMES, type ServiceName } from '../../../functions/core/network/needed-names.ts';
import { joinNetwork, type Network } from '../../../functions/core/network/network.ts';
import type { NetworkSettings } from '../../../functions/core/network/network-settings.ts';
import { dnsAttributesOf } from '../../../functions/core/network/resolution.ts';
import { judgeSpoke, type SpokeJudgment } from '../../../functions/core/network/spoke.ts';
import {
  judgeVpc,
  type NetworkContext,
  type VpcVerdict,
} from '../../../functions/core/network/vpc-verdict.ts';
import { contextOf } from './case.ts';
import { observe } from './observe.ts';
import { route, world } from './steps.ts';
import { NEW_AGENT, OWNER, REGION, type Step, SUBNET_A, SUBNET_C, serviceName, VPC } from './world.ts';

export const HUB_VPC = 'vpc-hub';
export const HUB_A = 'subnet-hub-a';
export const HUB_C = 'subnet-hub-c';
export const HUB_GROUP = 'sg-hub';
export const HUB_ACL = 'acl-hub';
export const HUB_TABLE = 'rtb-hub';
export const PROFILE = 'rp-hub';
export const GATEWAY = 'tgw-1';
export const SPOKE_ATTACHMENT = 'tgw-attach-spoke';
export const HUB_ATTACHMENT = 'tgw-attach-hub';
/** Route tables of the transit gateway: that of the spokes, and that of the hub. */
export const SPOKES = 'tgw-rtb-spokes';
export const BACK = 'tgw-rtb-back';

export interface HubCase {
  spoke: NetworkObservation;
  hub: HubObservation;
  /** What reading the hub ended in; left out: `hub` itself. */
  read?: NetworkObservation['hub'];
  settings: Partial<NetworkSettings>;
  journalled: string[];
  migrate: 'no' | 'shown' | 'stepwise';
}

export type Edit = (one: HubCase) => void;

export function value<T>(read: T): { kind: 'value'; value: T } {
  return { kind: 'value', value: read };
}

/** What a case edits: the values of a list that was read. */
export function list<T>(read: Read<T[]> | null | undefined): T[] {
  if (read?.kind !== 'value') throw new Error('the case edits a list that was not read');
  return read.value;
}

/** The only or first one of a list that was read. */
export function first<T>(read: Read<T[]> | null | undefined): T {
  const [one] = list(read);
  if (one === undefined) throw new Error('the case edits an item that is not there');
  return one;
}

export function hubCase(...edits: Edit[]): HubCase {
  return hubCaseOf([], ...edits);
}

/** With steps of the spoke's world, in EC2's words. */
export function hubCaseOf(steps: Step[], ...edits: Edit[]): HubCase {
  const one: HubCase = {
    spoke: structuredClone(observe(world(route('10.50.0.0/16', { TransitGatewayId: GATEWAY }), ...steps))),
    hub: hubObservation(),
    settings: { endpoints: 'central' },
    journalled: [],
    migrate: 'no',
  };
  for (const edit of edits) edit(one);
  return one;
}

export function networkOf({ spoke, hub, read }: HubCase): Network {
  return joinNetwork({ ...spoke, hubSettings: hub.settings, hub: read === undefined ? value(hub) : read });
}

export function spokeVpc(network: Network): VpcFacts {
  const vpc = network.vpcs.get(VPC);
  if (!vpc) throw new Error(`the case has no ${VPC}`);
  return vpc;
}

export function contextOfCase({ settings, journalled, migrate }: HubCase): NetworkContext {
  return { ...contextOf({ settings, journalled }), migrate };
}

/** The verdict on the spoke's VPC. */
export function judgeCase(one: HubCase): VpcVerdict {
  const network = networkOf(one);
  return judgeVpc(network, spokeVpc(network), contextOfCase(one));
}

/** Whether the spoke may use the hub for these names, for all of its instances. */
export function judgeWay(one: HubCase, names: readonly ServiceName[] = SERVICE_NAMES): SpokeJudgment {
  const network = networkOf(one);
  const vpc = spokeVpc(network);
  const clients = clientsOf(network, vpc, { ec2messages: 'always' });
  const paths = judgeClients(network, vpc, clients);
  return judgeSpoke(network, vpc, needOf(names, clients), paths, dnsAttributesOf(network, VPC));
}

export function hubObservation(): HubObservation {
  return {
    settings: {
      account: OWNER,
      vpc: HUB_VPC,
      profile: PROFILE,
      names: 'profile',
      gigabytesPerInstance: 1,
    },
    profileId: PROFILE,
    network: hubNetwork(),
    profileResources: value(SERVICE_NAMES.map((name) => heldEndpoint(name))),
    zones: value([]),
    hubAttachments: value([attachment(HUB_ATTACHMENT, HUB_VPC, [HUB_A, HUB_C])]),
    spokeAttachments: value([attachment(SPOKE_ATTACHMENT, VPC, [SUBNET_A, SUBNET_C])]),
    associations: value([
      { attachmentId: SPOKE_ATTACHMENT, routeTableId: SPOKES },
      { attachmentId: HUB_ATTACHMENT, routeTableId: BACK },
    ]),
    transitRoutes: {
      [SPOKES]: value([{ cidr: '10.50.0.0/16', state: 'active', attachmentIds: [HUB_ATTACHMENT] }]),
      [BACK]: value([{ cidr: '10.0.0.0/16', state: 'active', attachmentIds: [SPOKE_ATTACHMENT] }]),
    },
    closedOwners: [],
  };
}

function attachment(attachmentId: string, vpcId: string, subnetIds: string[]) {
  return { attachmentId, transitGatewayId: GATEWAY, vpcId, subnetIds, state: 'available' };
}

export function hubEndpointId(name: ServiceName): string {
  return `vpce-${{ ssm: '0a', ssmmessages: '0b', ec2messages: '0c' }[name]}`;
}

export function heldEndpoint(name: ServiceName): ProfileResourceFacts {
  return {
    profileId: PROFILE,
    resourceArn: `arn:aws:ec2:${REGION}:${OWNER}:vpc-endpoint/${hubEndpointId(name)}`,
    kind: 'endpoint',
    resourceId: hubEndpointId(name),
    ownerId: OWNER,
  };
}

export function hubEndpoint(name: ServiceName): EndpointFacts {
  return {
    endpointId: hubEndpointId(name),
    vpcId: HUB_VPC,
    ownerId: OWNER,
    type: 'interface',
    serviceName: serviceName(name),
    state: 'available',
    privateDns: true,
    regionalName: null,
    addresses: 'ipv4',
    subnetIds: [HUB_A, HUB_C],
    groupIds: [HUB_GROUP],
    routeTableIds: [],
    policy: null,
    tags: {},
  };
}

/** Its account names its zones in its own way; their ids are those of the spoke's. */
function hubSubnet(subnetId: string, cidr: string, zone: string, zoneId: string): SubnetFacts {
  return {
    subnetId,
    vpcId: HUB_VPC,
    ownerId: OWNER,
    cidr,
    ipv6Cidrs: [],
    zone: `${REGION}${zone}`,
    zoneId,
    freeAddresses: 200,
    ipv6Native: false,
    dns64: false,
    blockMode: null,
    tags: {},
  };
}

const EVERYTHING = {
  protocol: '-1',
  fromPort: null,
  toPort: null,
  ipv6Cidrs: [],
  groupIds: [],
  prefixListIds: [],
};

function allowAll(egress: boolean) {
  return {
    ruleNumber: 100,
    egress,
    allow: true,
    protocol: '-1',
    cidr: '0.0.0.0/0',
    ipv6Cidr: null,
    fromPort: null,
    toPort: null,
  };
}

function hubNetwork(): NetworkObservation {
  const empty = structuredClone(observe(world()));
  return {
    ...empty,
    accountId: OWNER,
    instances: [],
    vpcs: value([
      {
        vpcId: HUB_VPC,
        ownerId: OWNER,
        cidrs: ['10.50.0.0/16'],
        primaryCidr: '10.50.0.0/16',
        dhcpOptionsId: null,
        blockMode: null,
        tags: {},
      },
    ]),
    subnets: value([
      hubSubnet(HUB_A, '10.50.0.0/24', 'c', 'apne1-az4'),
      hubSubnet(HUB_C, '10.50.1.0/24', 'a', 'apne1-az1'),
    ]),
    routeTables: value([
      {
        routeTableId: HUB_TABLE,
        vpcId: HUB_VPC,
        subnetIds: [],
        main: true,
        routes: [
          {
            destination: { kind: 'ipv4', cidr: '10.50.0.0/16' },
            target: { kind: 'local', id: 'local' },
            state: 'active',
            propagated: false,
          },
          {
            destination: { kind: 'ipv4', cidr: '10.0.0.0/8' },
            target: { kind: 'tgw', id: GATEWAY },
            state: 'active',
            propagated: false,
          },
        ],
      },
    ]),
    endpoints: value(SERVICE_NAMES.map(hubEndpoint)),
    securityGroups: value([
      {
        groupId: HUB_GROUP,
        groupName: 'central',
        vpcId: HUB_VPC,
        ingress: [{ ...EVERYTHING, cidrs: ['10.0.0.0/8'] }],
        egress: [],
        tags: {},
      },
    ]),
    networkAcls: value([
      {
        networkAclId: HUB_ACL,
        vpcId: HUB_VPC,
        subnetIds: [HUB_A, HUB_C],
        entries: [allowAll(true), allowAll(false)],
      },
    ]),
    dnsAttributes: { [HUB_VPC]: value({ support: true, hostnames: true }) },
    hostedZones: { [HUB_VPC]: value([]) },
  };
}

/** The hub gives its names by zones, each of which leads to its endpoint and has authorized the spoke. */
export function byZones({ hub }: HubCase): void {
  hub.settings = { ...hub.settings, profile: null, names: 'zones' };
  hub.profileId = null;
  hub.profileResources = value([]);
  hub.zones = value(SERVICE_NAMES.map(hubZone));
  for (const endpoint of list(hub.network.endpoints)) endpoint.privateDns = false;
}

export function hubZone(name: ServiceName): HubZoneFacts {
  return {
    zoneId: `Z${name.toUpperCase()}`,
    domain: `${name}.${REGION}.amazonaws.com`,
    callerReference: `dhmc-rollout/chg-${name}`,
    alias: {
      dnsName: `${hubEndpointId(name)}-x.${name}.${REGION}.vpce.amazonaws.com`,
      zoneId: 'ZVPCE',
    },
    otherRecords: 0,
    vpcIds: [HUB_VPC],
    authorized: [VPC],
  };
}

/** The hub is made by this service, and has all that it needs. */
export function made({ hub }: HubCase): void {
  hub.settings = { ...hub.settings, profile: null };
}

/** The spoke's Profile is that of the hub, whose endpoints answer for the names. */
export function associated({ spoke, hub }: HubCase): void {
  list(spoke.profileAssociations).push({ profileId: PROFILE, vpcId: VPC, name: null, priority: 100 });
  spoke.profileResources[PROFILE] = hub.profileResources;
  for (const { resourceArn, resourceId } of list(hub.profileResources)) {
    const endpoint = list(hub.network.endpoints).find(({ endpointId }) => endpointId === resourceId);
    if (!endpoint) continue;
    const { serviceName: service, privateDns, state } = endpoint;
    spoke.foreignResources[resourceArn] = value({
      kind: 'endpoint',
      serviceName: service,
      privateDns,
      state,
    });
  }
}

/** The spoke is associated with the hub's zone of a name. */
export const zoneOf =
  (name: ServiceName): Edit =>
  ({ spoke, hub }) => {
    const { zoneId, domain } = hubZone(name);
    list(spoke.hostedZones[VPC]).push({
      hostedZoneId: zoneId,
      name: domain,
      owningAccount: OWNER,
      owningService: null,
    });
    for (const zone of list(hub.zones)) if (zone.zoneId === zoneId) zone.vpcIds.push(VPC);
  };

/** The spoke's instance needs ssm and ssmmessages, and its agent is known. */
export function newAgent({ spoke }: HubCase): void {
  for (const one of spoke.instances) one.agentVersion = NEW_AGENT;
}
