/**
 * From the endpoints that a VPC should have to the changes that are still to be made: what exists is
 * repaired where it drifted, what is missing is created, in an order in which each change finds what it needs.
 */
import { changeId } from '../change-id.ts';
import type { Change, ResourceReference } from '../model/change.ts';
import type { OverridableSettings } from '../model/configuration.ts';
import { stableHash } from '../stable-hash.ts';
import { changeMaker, type Make, tagsOf } from './change-maker.ts';
import { admitsVpc, groupChanges } from './endpoint-group.ts';
import type { EndpointNeed, WantedEndpoint } from './endpoint-need.ts';
import { type PolicyContext, policyChange } from './endpoint-policy-plan.ts';
import type { EndpointFacts, VpcFacts } from './facts.ts';
import { isService } from './needed-names.ts';
import { type Network, valuesOf } from './network.ts';
import { isLedToByZone, ourEndpoints, ourGroup, placedIn } from './ownership.ts';
import type { EndpointPrice } from './prices.ts';

export interface PlanContext extends PolicyContext {
  runId: string;
  /** What the journal says we made: see `isOurs` and `placedIn`. */
  journalled: ReadonlySet<string>;
  /** Clients that are proven today: what works across zones needs no separate zone. */
  proven: ReadonlySet<string>;
  resourceTags: Record<string, string>;
  price: EndpointPrice;
  endpointZones: OverridableSettings['endpointZones'];
  /** Of endpoints of a hub by zones: a zone of the name excludes it. Left out: on. */
  privateDns?: false;
}

export interface EndpointPlan {
  changes: Change[];
  /** Changes that repair what is ours. */
  repairs: number;
  /** Of the changes. */
  monthlyUsd: number;
  /** Names of services that get a new endpoint. */
  created: string[];
}

export function planEndpoints(
  network: Network,
  vpc: VpcFacts,
  need: Omit<EndpointNeed, 'wanted'> & { wanted: WantedEndpoint[] },
  context: PlanContext,
): EndpointPlan {
  const ours = ourEndpoints(network, vpc.vpcId, context.journalled);
  const existing = ours.filter(({ type }) => type === 'interface');
  const missing = need.wanted.filter(
    (wanted) => !existing.some((endpoint) => serves(network, endpoint, wanted)),
  );
  // A suspicion alone makes no endpoint: only beside ssm or ssmmessages (docs/spec/decisions.md, "Path to Systems Manager").
  // It is made first: after a crash the others are still needed for themselves, and it would not be any more.
  const isSuspected = ({ name }: WantedEndpoint) => name === 'ec2messages' && need.ec2messagesOnSuspicion;
  const creating = missing
    .filter((wanted) => !isSuspected(wanted) || missing.some((other) => !isSuspected(other)))
    .sort((a, b) => Number(b.name === 'ec2messages') - Number(a.name === 'ec2messages'));
  const make = changeMaker(network, vpc, context);
  const faulty = existing.filter((endpoint) => !admitsVpc(network, vpc, endpoint.groupIds));
  const group = ourGroup(network, vpc.vpcId, context.journalled);
  const groupNeeded = creating.length > 0 || faulty.length > 0;
  const { changes, reference } = groupNeeded
    ? groupChanges(network, vpc, group, make, context)
    : { changes: [], reference: null };
  const repairs = existing
    .map((endpoint) =>
      repairOf(network, endpoint, need, faulty.includes(endpoint) ? reference : null, make, context),
    )
    .filter((change) => change !== null);
  const creations = reference
    ? creating.map((wanted) => creationOf(vpc, wanted, reference, make, network, context))
    : [];
  const policies = ours
    .map((endpoint) => policyChange(endpoint, make, context))
    .filter((change) => change !== null);
  const all = [...changes, ...repairs, ...policies, ...creations];
  return {
    changes: all,
    repairs: repairs.length + policies.length + (faulty.length > 0 ? changes.length : 0),
    monthlyUsd: Math.round(all.reduce((sum, change) => sum + change.monthlyCostUsd, 0) * 100) / 100,
    created: creating.map(({ name }) => name),
  };
}

/** The change that makes a VPC a spoke of its Region's hub. */
export function planSpoke(
  network: Network,
  { vpcId }: VpcFacts,
  profileId: string,
  context: Pick<PlanContext, 'runId' | 'price'>,
): Change[] {
  const { accountId, region, profileAssociations } = network.observation;
  const name = changeId(context.runId, accountId, region, 'AssociateProfile', `${vpcId} ${profileId}`);
  const others = valuesOf(profileAssociations).filter((one) => one.vpcId === vpcId);
  // The first that holds a name wins, and no other holds ours: the last place disturbs none of them.
  const last = Math.max(...others.map(({ priority }) => priority));
  const make = changeMaker(network, { vpcId }, context);
  return [
    make(profileId, {
      resource: `${vpcId}/${profileId}`,
      action: {
        kind: 'AssociateProfile',
        vpcId,
        profileId,
        name,
        priority: others.length === 0 ? null : last + 1,
      },
      expected: { exists: false },
      inverse: { kind: 'DisassociateProfile', vpcId, profileId, name },
    }),
  ];
}

function serves(network: Network, endpoint: EndpointFacts, wanted: WantedEndpoint): boolean {
  return isService(network, endpoint.serviceName, wanted.name);
}

function creationOf(
  vpc: VpcFacts,
  wanted: WantedEndpoint,
  group: ResourceReference,
  make: Make,
  network: Network,
  context: PlanContext,
): Change {
  const { accountId, region } = network.observation;
  const subnetIds = wanted.subnets.map((subnet) => subnet.subnetId).sort();
  const groupKey = group.kind === 'existing' ? group.id : group.changeId;
  // Same token with another body is IdempotentParameterMismatch: all that varies goes into the hash.
  const clientToken = `dhmc-${stableHash(
    context.runId,
    accountId,
    region,
    vpc.vpcId,
    wanted.serviceName,
    groupKey,
    ...subnetIds,
    ...(context.endpointPolicy === null ? [] : [context.endpointPolicy]),
    ...(context.privateDns === undefined ? [] : ['private DNS off']),
  )}`;
  return make(`${vpc.vpcId}/${wanted.serviceName}`, {
    resource: `${vpc.vpcId}/${wanted.serviceName}`,
    action: {
      kind: 'CreateInterfaceEndpoint',
      vpcId: vpc.vpcId,
      serviceName: wanted.serviceName,
      subnetIds,
      groups: [group],
      clientToken,
      ...(context.endpointPolicy === null ? {} : { policy: context.endpointPolicy }),
      ...(context.privateDns === undefined ? {} : { privateDns: context.privateDns }),
      tags: tagsOf(context),
    },
    expected: { exists: false },
    inverse: (id) => ({ kind: 'DeleteInterfaceEndpoint', endpoint: { kind: 'created', changeId: id } }),
  });
}

/** Adds the zones that it should be in, our group where its own do not admit the VPC, and private DNS. */
function repairOf(
  network: Network,
  endpoint: EndpointFacts,
  need: Omit<EndpointNeed, 'wanted'> & { wanted: WantedEndpoint[] },
  group: ResourceReference | null,
  make: Make,
  context: PlanContext,
): Change | null {
  if (endpoint.state !== 'available') return null;
  const wanted = need.wanted.find((candidate) => serves(network, endpoint, candidate));
  const addSubnetIds = [
    ...new Set([
      ...lostSubnets(network, endpoint, context),
      ...zonesToAdd(network, endpoint, need, wanted, context),
    ]),
  ].sort();
  const attached = group?.kind === 'existing' && endpoint.groupIds.includes(group.id);
  const addGroups = group && !attached ? [group] : [];
  const isLeftOff = context.privateDns === false || isLedToByZone(endpoint.endpointId, context.journalled);
  const privateDns = endpoint.privateDns || isLeftOff ? null : true;
  if (addSubnetIds.length === 0 && addGroups.length === 0 && privateDns === null) return null;
  const { endpointId } = endpoint;
  return make(endpointId, {
    resource: endpointId,
    action: {
      kind: 'ModifyInterfaceEndpoint',
      endpointId,
      addSubnetIds,
      removeSubnetIds: [],
      addGroups,
      removeGroups: [],
      privateDns,
    },
    expected: {
      subnetIds: [...endpoint.subnetIds].sort(),
      groupIds: [...endpoint.groupIds].sort(),
      privateDns: endpoint.privateDns,
    },
    inverse: {
      kind: 'ModifyInterfaceEndpoint',
      endpointId,
      addSubnetIds: [],
      removeSubnetIds: addSubnetIds,
      addGroups: [],
      removeGroups: addGroups,
      privateDns: privateDns === null ? null : false,
    },
  });
}

/** Subnets that we placed it in, that still exist, and in whose zone it no longer is. */
function lostSubnets(network: Network, endpoint: EndpointFacts, { journalled }: PlanContext): string[] {
  const zones = zonesOf(network, endpoint);
  return [...network.subnets.values()]
    .filter(
      ({ subnetId, zone }) => journalled.has(placedIn(endpoint.endpointId, subnetId)) && !zones.has(zone),
    )
    .map(({ subnetId }) => subnetId);
}

/**
 * Zones in which affected clients run that are not proven. With `one`, whichever zone it is in will
 * do: the busiest one changes with the instances.
 */
function zonesToAdd(
  network: Network,
  endpoint: EndpointFacts,
  need: Pick<EndpointNeed, 'affected'>,
  wanted: WantedEndpoint | undefined,
  { endpointZones, proven }: PlanContext,
): string[] {
  const zones = zonesOf(network, endpoint);
  if (endpointZones === 'one' && zones.size > 0) return [];
  const waiting = new Set(
    need.affected
      .filter(({ id }) => !proven.has(id))
      .map(({ subnetId }) => network.subnets.get(subnetId)?.zone),
  );
  return (wanted?.subnets ?? [])
    .filter(
      ({ zone }) => !zones.has(zone) && (endpointZones === 'all' || zones.size === 0 || waiting.has(zone)),
    )
    .map(({ subnetId }) => subnetId);
}

function zonesOf(network: Network, endpoint: EndpointFacts): Set<string | undefined> {
  return new Set(endpoint.subnetIds.map((id) => network.subnets.get(id)?.zone));
}
