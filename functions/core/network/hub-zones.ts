/**
 * A hub that gives its names by private hosted zones: for each name a zone in the hub's account, associated with the hub VPC,
 * with an alias record to the endpoint, whose private DNS is off. A VPC of another account is authorized until it is
 * associated ("we recommend that you delete the authorization", Route 53 guide, "Associating more VPCs").
 */
import type { Change } from '../model/change.ts';
import { changePlace } from './change-maker.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import type { PlanContext } from './endpoint-plan.ts';
import type { HubObservation, SpokeNeed, VpcFacts } from './facts.ts';
import { endpointOfAlias, type HubZoneFacts } from './hub-facts.ts';
import { dnsNameOf, isService, type ServiceName } from './needed-names.ts';
import { type Network, valuesOf } from './network.ts';
import { authorizedIn, ourEndpoints } from './ownership.ts';

/** "Amazon VPCs that you can associate with a private hosted zone", 300 by default (Route 53 guide, "Quotas"). */
const MOST_VPCS = 300;
const VPCS_QUOTA = 'Amazon VPCs that you can associate with a private hosted zone';

export type AccountedSpoke = SpokeNeed & { accountId: string };

/** Why the zones cannot be made; null where nothing speaks against it. */
export function zonesProblem(
  network: Network,
  { vpcId }: VpcFacts,
  names: readonly ServiceName[],
  spokes: readonly SpokeNeed[],
  journalled: ReadonlySet<string>,
): string | null {
  const { hubZones } = network.observation;
  if (hubZones?.kind === 'failed') return `${hubZones.failure.action} failed with ${hubZones.failure.code}.`;
  const domains = names.map((name) => dnsNameOf(network, name));
  const holding = foreignZone(network, vpcId, domains, journalled);
  if (holding !== null) return holding;
  const open = ourEndpoints(network, vpcId, journalled).find(
    ({ privateDns, serviceName }) =>
      privateDns && names.some((name) => isService(network, serviceName, name)),
  );
  if (open)
    return `Private DNS of ${open.endpointId} holds the name of its service; roll back the run that made the hub by a Profile first.`;
  const vpcs = spokes.length + 1;
  return vpcs > MOST_VPCS
    ? `The hub and its spokes are ${vpcs} VPCs, more than ${MOST_VPCS} (quota "${VPCS_QUOTA}").`
    : null;
}

/** Beside a Profile the endpoints hold their names themselves: a zone of the name is in the way, whoever made it. */
export function zoneBesideProfile(
  network: Network,
  vpcId: string,
  names: readonly ServiceName[],
  journalled: ReadonlySet<string>,
): string | null {
  const domains = names.map((name) => dnsNameOf(network, name));
  const ours = valuesOf(network.observation.hostedZones[vpcId] ?? null).find(
    ({ hostedZoneId, name }) => domains.includes(name) && journalled.has(hostedZoneId),
  );
  return ours
    ? `The private hosted zone ${ours.hostedZoneId} of this service holds ${ours.name} in ${vpcId}; roll back the run that made the hub by zones first.`
    : foreignZone(network, vpcId, domains, journalled);
}

/** A zone of others in the hub VPC that holds one of the names: it is never touched. */
function foreignZone(
  network: Network,
  vpcId: string,
  domains: readonly string[],
  journalled: ReadonlySet<string>,
): string | null {
  const read = network.observation.hostedZones[vpcId];
  if (read?.kind === 'failed') return `${read.failure.action} failed with ${read.failure.code}.`;
  const zone = valuesOf(read ?? null).find(
    ({ hostedZoneId, name, owningService }) =>
      owningService === null && domains.includes(name) && !journalled.has(hostedZoneId),
  );
  return zone
    ? `The private hosted zone ${zone.hostedZoneId} (account ${zone.owningAccount ?? 'unknown'}) holds ${zone.name} in ${vpcId} and is not ours.`
    : null;
}

/** Zones of ours by the journal: a caller reference alone proves nothing. */
export function ourZones(network: Network, journalled: ReadonlySet<string>): HubZoneFacts[] {
  return valuesOf(network.observation.hubZones).filter(({ zoneId }) => journalled.has(zoneId));
}

/** Zones first, records once the endpoint has its name, then authorizations: what is there is only added to. */
export function planHubZones(
  network: Network,
  vpc: VpcFacts,
  { wanted }: EndpointNeed,
  spokes: readonly AccountedSpoke[],
  context: Pick<PlanContext, 'runId' | 'journalled'>,
): Change[] {
  const { journalled } = context;
  const zones = ourZones(network, journalled);
  const make = zoneChanges(network, vpc, context.runId);
  return wanted.flatMap(({ name }): Change[] => {
    const domain = dnsNameOf(network, name);
    const zone = zones.find((one) => one.domain === domain);
    if (!zone) return [make.create(domain)];
    const endpoint = ourEndpoints(network, vpc.vpcId, journalled).find(
      ({ serviceName, state }) => state === 'available' && isService(network, serviceName, name),
    );
    if (!endpoint?.regionalName) return [];
    const { dnsName, zoneId: aliasZoneId } = endpoint.regionalName;
    const record = zone.alias?.dnsName === dnsName ? [] : [make.point(zone, dnsName, aliasZoneId)];
    return [...record, ...authorizations(network, zone, name, spokes, journalled, make)];
  });
}

function authorizations(
  network: Network,
  zone: HubZoneFacts,
  name: ServiceName,
  spokes: readonly AccountedSpoke[],
  journalled: ReadonlySet<string>,
  make: ZoneChanges,
): Change[] {
  const { accountId } = network.observation;
  const waiting = waitingFor(spokes, zone, name, accountId);
  const authorize = waiting.filter((vpcId) => !zone.authorized.includes(vpcId));
  const revoke = zone.authorized.filter(
    (vpcId) => journalled.has(authorizedIn(zone.zoneId, vpcId)) && !waiting.includes(vpcId),
  );
  return [
    ...[...new Set(authorize)].map((vpcId) => make.authorize(zone, vpcId)),
    ...revoke.map((vpcId) => make.revoke(zone, vpcId)),
  ];
}

/** VPCs of other accounts that need the name and are not associated: those that use the hub by its other zones among them. */
function waitingFor(
  spokes: readonly AccountedSpoke[],
  zone: HubZoneFacts,
  name: ServiceName,
  accountId: string,
): string[] {
  return spokes
    .filter((spoke) => spoke.accountId !== accountId && spoke.services.includes(name))
    .filter(({ state, vpcId }) => (state === 'PLANNED' || state === 'USES') && !zone.vpcIds.includes(vpcId))
    .map(({ vpcId }) => vpcId);
}

interface ZoneChanges {
  create(domain: string): Change;
  point(zone: HubZoneFacts, dnsName: string, aliasZoneId: string): Change;
  authorize(zone: HubZoneFacts, spokeVpcId: string): Change;
  revoke(zone: HubZoneFacts, spokeVpcId: string): Change;
}

function zoneChanges(network: Network, { vpcId }: VpcFacts, runId: string): ZoneChanges {
  const base = (kind: Change['action']['kind'], key: string) => ({
    ...changePlace(network, runId, kind, `${vpcId} ${key}`),
    monthlyCostUsd: 0,
  });
  return {
    create: (domain) => ({
      ...base('CreateHubZone', domain),
      resource: `${vpcId}/${domain}`,
      action: {
        kind: 'CreateHubZone',
        vpcId,
        domain,
        comment: 'Systems Manager endpoints of the hub, made by dhmc-rollout',
      },
      expected: { exists: false },
      inverse: { kind: 'DeleteHubZone', vpcId, zoneId: null, domain },
    }),
    point: ({ zoneId, domain }, dnsName, aliasZoneId) => {
      const record = { vpcId, zoneId, domain, dnsName, aliasZoneId };
      return {
        ...base('SetHubRecord', `${zoneId} ${dnsName}`),
        resource: `${zoneId}/${domain}`,
        action: { kind: 'SetHubRecord', ...record },
        expected: { exists: false },
        inverse: { kind: 'RemoveHubRecord', ...record },
      };
    },
    authorize: ({ zoneId, domain }, spokeVpcId) => {
      const pair = { vpcId, zoneId, domain, spokeVpcId };
      return {
        ...base('AuthorizeHubSpoke', `${zoneId} ${spokeVpcId}`),
        resource: `${zoneId}/${spokeVpcId}`,
        action: { kind: 'AuthorizeHubSpoke', ...pair },
        expected: { exists: false },
        inverse: { kind: 'RevokeHubSpoke', ...pair },
      };
    },
    revoke: ({ zoneId, domain }, spokeVpcId) => {
      const pair = { vpcId, zoneId, domain, spokeVpcId };
      return {
        ...base('RevokeHubSpoke', `${zoneId} ${spokeVpcId}`),
        resource: `${zoneId}/${spokeVpcId}`,
        action: { kind: 'RevokeHubSpoke', ...pair },
        expected: { exists: true },
        inverse: { kind: 'AuthorizeHubSpoke', ...pair },
      };
    },
  };
}

/** What a hub by zones still lacks after what its plan changes now, authorizations that are still needed included; null: nothing. */
export function zonesLack(
  network: Network,
  vpc: VpcFacts,
  { wanted }: EndpointNeed,
  spokes: readonly AccountedSpoke[],
  journalled: ReadonlySet<string>,
): string | null {
  const zones = ourZones(network, journalled);
  for (const { name } of wanted) {
    const domain = dnsNameOf(network, name);
    const zone = zones.find((one) => one.domain === domain);
    if (!zone) return `Its private hosted zone for ${domain} is not there yet.`;
    const endpoint = ourEndpoints(network, vpc.vpcId, journalled).find(({ serviceName }) =>
      isService(network, serviceName, name),
    );
    if (!endpoint || endpointOfAlias(zone.alias) !== endpoint.endpointId) {
      return `Its private hosted zone for ${domain} does not lead to its endpoint yet.`;
    }
    const open = zone.authorized.filter((vpcId) => journalled.has(authorizedIn(zone.zoneId, vpcId)));
    if (open.length > 0) return `${open[0]} is authorized for ${domain} and not associated yet.`;
    const [waiting] = waitingFor(spokes, zone, name, network.observation.accountId);
    if (waiting !== undefined) return `${waiting} is not authorized for ${domain} yet.`;
  }
  return null;
}

/** The hub's zone for a name; null where there is none. */
export function zoneFor(network: Network, hub: HubObservation, name: string): HubZoneFacts | null {
  const domain = dnsNameOf(network, name);
  return valuesOf(hub.zones).find((zone) => zone.domain === domain) ?? null;
}

/** Zones of the hub that a VPC is associated with. */
export function zonesHeld(network: Network, vpcId: string, hub: HubObservation): HubZoneFacts[] {
  const ids = new Set(
    valuesOf(network.observation.hostedZones[vpcId] ?? null).map(({ hostedZoneId }) => hostedZoneId),
  );
  return valuesOf(hub.zones).filter(({ zoneId }) => ids.has(zoneId));
}

/** Associations of a VPC with the zones of these names; none for a zone that it has. */
export function planZones(
  network: Network,
  { vpcId }: VpcFacts,
  hub: HubObservation,
  names: readonly string[],
  runId: string,
): (Change & { action: { kind: 'AssociateHubZone' } })[] {
  const held = zonesHeld(network, vpcId, hub);
  return names.flatMap((name) => {
    const zone = zoneFor(network, hub, name);
    return zone === null || held.includes(zone) ? [] : [associationOf(network, vpcId, zone, runId)];
  });
}

export function associationOf(
  network: Network,
  vpcId: string,
  { zoneId, domain }: HubZoneFacts,
  runId: string,
): Change & { action: { kind: 'AssociateHubZone' } } {
  return {
    ...changePlace(network, runId, 'AssociateHubZone', `${vpcId} ${zoneId}`),
    resource: `${vpcId}/${zoneId}`,
    action: { kind: 'AssociateHubZone', vpcId, zoneId, domain },
    expected: { exists: false },
    inverse: { kind: 'DisassociateHubZone', vpcId, zoneId, domain },
    monthlyCostUsd: 0,
  };
}

/** Ends what `associationOf` began. */
export function disassociationOf(
  network: Network,
  vpcId: string,
  { zoneId, domain }: HubZoneFacts,
  runId: string,
): Change {
  return {
    ...changePlace(network, runId, 'DisassociateHubZone', `${vpcId} ${zoneId}`),
    resource: `${vpcId}/${zoneId}`,
    action: { kind: 'DisassociateHubZone', vpcId, zoneId, domain },
    expected: { exists: true },
    inverse: { kind: 'AssociateHubZone', vpcId, zoneId, domain },
    monthlyCostUsd: 0,
  };
}
