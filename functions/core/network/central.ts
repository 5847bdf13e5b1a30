/**
 * With `endpoints: central` or `auto`: whether a VPC uses its Region's hub, may do so, or gets its own endpoints, and
 * why. `auto` takes the cheaper for all VPCs of the Region that could use the hub, by what their accounts recorded.
 */
import type { Change } from '../model/change.ts';
import type { Finding } from '../model/result.ts';
import { type CentralPrice, centralPrice } from './central-price.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import { type PlanContext, planSpoke } from './endpoint-plan.ts';
import type { EndpointFacts, HubObservation, VpcDnsAttributes, VpcFacts } from './facts.ts';
import {
  brokenHubFinding,
  lostSpokeFinding,
  notPlannedFinding,
  pendingHubFinding,
  undecidedFinding,
} from './findings.ts';
import { endpointOfAlias, type HubSettings, type SpokeResult } from './hub-facts.ts';
import type { Obstacle } from './hub-route.ts';
import { planZones } from './hub-zones.ts';
import type { ClientPath } from './instance-path.ts';
import { planMove } from './migration.ts';
import { isService } from './needed-names.ts';
import { type Network, valuesOf } from './network.ts';
import { type NetworkSettings, usesHubs } from './network-settings.ts';
import { endpointPrice, monthlyUsd } from './prices.ts';
import { judgeSpoke, usesHub } from './spoke.ts';
import { planZoneMove } from './zone-migration.ts';

export interface CentralContext {
  need: EndpointNeed;
  paths: ClientPath[];
  dns: VpcDnsAttributes;
  settings: NetworkSettings;
  planContext: PlanContext;
  /** Endpoints of ours that the VPC has, and what they cost. */
  ours: EndpointFacts[];
  currentMonthlyUsd: number;
  /** VPCs with endpoints of ours move to the hub; `shown`: all steps of it at once. */
  migrate: 'no' | 'shown' | 'stepwise';
}

export interface CentralVerdict {
  changes: Change[];
  findings: Finding[];
  spoke: SpokeResult | null;
  /** Whether the VPC gets its own endpoints where it lacks a path. */
  own: boolean;
  /** What differs from the endpoints as they were made is the move's doing. */
  isMoving?: true;
}

export function judgeCentral(network: Network, vpc: VpcFacts, context: CentralContext): CentralVerdict {
  const { endpoints } = context.settings;
  const nothing = { changes: [], findings: [], spoke: null };
  if (!usesHubs(context.settings)) return { ...nothing, own: endpoints === 'provision' };
  const { hub } = network.observation;
  const isAuto = endpoints === 'auto';
  if (context.migrate !== 'no' && hub?.kind === 'value' && context.ours.length > 0) {
    const { settings } = hub.value;
    if (vpc.vpcId !== settings.vpc)
      return { ...judgeMove(network, vpc, hub.value, context), own: false, isMoving: true };
  }
  const isHub = hub?.kind === 'value' && vpc.vpcId === hub.value.settings.vpc;
  if (hub?.kind === 'value' && !isHub && usesHub(network, vpc.vpcId, hub.value)) {
    return { ...judgeUser(network, vpc, hub.value, context), own: false };
  }
  // The need is that of the VPC without endpoints of ours: with them it lacks nothing.
  const isServed = context.ours.length > 0 && context.paths.every(({ path }) => SERVED.includes(path));
  const held = namesHeldBy(network, context.ours, context.paths);
  const wanted = context.need.wanted.filter(({ name }) => !held.has(name));
  const staysOwn = isAuto && held.size > 0;
  if (isServed || wanted.length === 0 || staysOwn) {
    return { ...nothing, spoke: ownSpoke(network, vpc, context), own: isAuto };
  }
  const need = { ...context.need, wanted };
  const { obstacle: ownObstacle, pending } = judgeSpoke(network, vpc, need, context.paths, context.dns);
  const refusal = ownObstacle === null && hub?.kind === 'value' ? refusalOf(network, hub.value) : null;
  const obstacle = ownObstacle ?? refusal;
  if (hub?.kind !== 'value') {
    const why = obstacle?.sentence ?? '';
    return { ...nothing, findings: isAuto ? [] : [notPlannedFinding(vpc, why)], own: isAuto };
  }
  const zones = wanted.reduce((sum, { subnets }) => sum + subnets.length, 0);
  const spoke = spokeResult(network, hub.value, {
    state: obstacle ? 'BLOCKED' : 'PLANNED',
    services: wanted.map(({ name }) => name),
    clients: need.affected,
    prices: context.settings.prices,
    ownMonthlyUsd: monthlyUsd(zones, context.planContext.price),
  });
  if (obstacle) {
    const findings = isAuto ? [] : [notPlannedFinding(vpc, obstacle.sentence)];
    const refused = refusal === null ? spoke : { ...spoke, isRefused: true as const };
    return { changes: [], findings, spoke: { ...refused, why: obstacle.sentence }, own: isAuto };
  }
  const choice = isAuto ? cheaperFor(network, vpc, hub.value, spoke) : null;
  if (choice === 'UNDECIDED') {
    return { ...nothing, findings: [undecidedFinding(vpc)], spoke, own: false };
  }
  if (choice && choice.savedMonthlyUsd < 0) {
    return {
      ...nothing,
      spoke: { ...spoke, state: 'DEARER', why: describeChoice(network, choice) },
      own: true,
    };
  }
  const decided = choice ? { ...spoke, why: describeChoice(network, choice) } : spoke;
  const changes = pending === undefined ? planUse(network, vpc, hub.value, { ...context, need }) : null;
  if (changes === null) {
    return { ...nothing, findings: [pendingHubFinding(vpc, pending ?? '')], spoke: decided, own: false };
  }
  return { changes, findings: [], spoke: decided, own: false };
}

/**
 * Names that endpoints of ours still answer for, though others deleted that of another name: the hub is asked for the
 * other one alone, for their private DNS wins over a Profile and excludes a zone. They move by `migrateCentral`.
 */
function namesHeldBy(network: Network, ours: EndpointFacts[], paths: ClientPath[]): Set<string> {
  const names = paths.flatMap((path) => path.names).filter(({ resolvesTo }) => resolvesTo === 'endpoint');
  return new Set(
    names
      .map(({ name }) => name)
      .filter((name) =>
        ours.some(({ privateDns, serviceName }) => privateDns && isService(network, serviceName, name)),
      ),
  );
}

/**
 * Recorded by the hub's own account, which alone sees why a hub cannot be made there. A spoke that is looked at before
 * that account reads what the run before recorded, so the sentence claims no more than that.
 */
function refusalOf(network: Network, { settings: { account, vpc, profile } }: HubObservation): Obstacle {
  if (profile !== null) return null;
  const own = network.observation.hubNeeds.find(
    (need) => need.vpcId === vpc && need.participantId === account,
  );
  return own?.refusal === undefined
    ? null
    : {
        unknown: false,
        sentence: `The hub could not be made when its account was last looked at: ${own.refusal}`,
      };
}

/** What makes the VPC use the hub; null where that is not there yet. */
function planUse(
  network: Network,
  vpc: VpcFacts,
  hub: HubObservation,
  { need, planContext }: CentralContext,
): Change[] | null {
  const { runId } = planContext;
  if (hub.settings.names === 'zones') {
    return planZones(
      network,
      vpc,
      hub,
      need.wanted.map(({ name }) => name),
      runId,
    );
  }
  return hub.profileId === null ? null : planSpoke(network, vpc, hub.profileId, planContext);
}

const SERVED: readonly string[] = ['PROVEN', 'ENDPOINTS', 'CENTRAL', 'INTERNET'];

function judgeMove(
  network: Network,
  vpc: VpcFacts,
  hub: HubObservation,
  { ours, paths, dns, settings, planContext, currentMonthlyUsd, migrate }: CentralContext,
): Omit<CentralVerdict, 'own'> {
  const isShown = migrate === 'shown';
  const plan = hub.settings.names === 'zones' ? planZoneMove : planMove;
  const step = plan({ network, vpc, hub, ours, paths, dns, planContext, isShown });
  const spoke = spokeResult(network, hub, {
    state: step.obstacle === null ? 'PLANNED' : 'OWN',
    services: [...new Set(paths.flatMap(({ names }) => names.map(({ name }) => name)))],
    clients: paths.map(({ client }) => client),
    prices: settings.prices,
    ownMonthlyUsd: currentMonthlyUsd,
  });
  const { changes, findings, obstacle, windowSeconds } = step;
  const moving = { ...spoke, ...(windowSeconds === undefined ? {} : { windowSeconds }) };
  return { changes, findings, spoke: obstacle === null ? moving : { ...spoke, why: obstacle } };
}

/** It uses the hub: what it asks of it is judged as if it did not yet. */
function judgeUser(
  network: Network,
  vpc: VpcFacts,
  hub: HubObservation,
  { paths, dns, settings, planContext }: CentralContext,
): Omit<CentralVerdict, 'own'> {
  const need = needOfSpoke(paths);
  const { obstacle, pending } = judgeSpoke(network, vpc, need, [], dns);
  const rest = restOfZones(network, vpc, hub, paths, dns);
  const changes = rest.length > 0 ? planZones(network, vpc, hub, rest, planContext.runId) : [];
  const zones = new Set(paths.map(({ client }) => network.subnets.get(client.subnetId)?.zone));
  const services = need.wanted.map(({ name }) => name);
  const spoke = spokeResult(network, hub, {
    state: 'USES',
    services,
    clients: need.affected,
    prices: settings.prices,
    ownMonthlyUsd: monthlyUsd(services.length * zones.size, planContext.price),
  });
  const isLost = obstacle !== null && !obstacle.unknown;
  const findings = isLost ? [lostSpokeFinding(vpc, obstacle.sentence)] : [];
  // The hub is made by this service, which brings back what it lacks.
  if (obstacle === null && pending !== undefined) findings.push(brokenHubFinding(vpc, pending));
  return { changes, findings, spoke };
}

/** Names of a VPC that was interrupted between two zones: those that it needs and that are public still. */
function restOfZones(
  network: Network,
  vpc: VpcFacts,
  hub: HubObservation,
  paths: ClientPath[],
  dns: VpcDnsAttributes,
): string[] {
  if (hub.settings.names !== 'zones') return [];
  const open = paths.flatMap(({ names }) => names.filter(({ resolvesTo }) => resolvesTo === 'public'));
  const names = [...new Set(open.map(({ name }) => name))];
  const need = { ...needOfSpoke(paths), wanted: names.map((name) => wantedOf(name)) };
  const { obstacle, pending } = judgeSpoke(network, vpc, need, [], dns);
  return obstacle === null && pending === undefined ? names : [];
}

/** Its own endpoints are all that it needs: what it costs is compared, and it stays as it is. */
function ownSpoke(
  network: Network,
  vpc: VpcFacts,
  { paths, settings, currentMonthlyUsd }: CentralContext,
): SpokeResult | null {
  const { hub, hubSettings } = network.observation;
  if (hubSettings === null || currentMonthlyUsd === 0 || vpc.vpcId === hubSettings.vpc) return null;
  return spokeResult(network, hub?.kind === 'value' ? hub.value : hubSettings, {
    state: 'OWN',
    services: [...new Set(paths.flatMap(({ names }) => names.map(({ name }) => name)))],
    clients: paths.map(({ client }) => client),
    prices: settings.prices,
    ownMonthlyUsd: currentMonthlyUsd,
  });
}

function spokeResult(
  network: Network,
  hub: HubObservation | HubSettings,
  of: Pick<SpokeResult, 'state' | 'services' | 'ownMonthlyUsd'> & {
    clients: EndpointNeed['affected'];
    prices: NetworkSettings['prices'];
  },
): SpokeResult {
  const { state, services, ownMonthlyUsd, clients, prices } = of;
  const seen = 'settings' in hub ? hub : null;
  const { account, vpc: vpcId, gigabytesPerInstance, names } = 'settings' in hub ? hub.settings : hub;
  const zoneIds = clients.flatMap(({ subnetId }) => network.subnets.get(subnetId)?.zoneId ?? []);
  return {
    state,
    services: [...services].sort(),
    zoneIds: [...new Set(zoneIds)].sort(),
    instances: clients.length,
    ownMonthlyUsd,
    hub: {
      account,
      vpcId,
      monthlyUsd: seen === null ? null : priceOfHub(network, seen, prices, { services, zoneIds }),
      gigabytesPerInstance,
      names,
    },
  };
}

/** Its endpoints, as far as spokes are served by them; a hub that is made has those that its spokes will need. */
function priceOfHub(
  network: Network,
  { settings, network: lists, profileResources, zones: hubZones }: HubObservation,
  prices: NetworkSettings['prices'],
  own: Pick<SpokeResult, 'services' | 'zoneIds'>,
): number {
  const held = new Set([
    ...valuesOf(profileResources).map(({ resourceId }) => resourceId),
    ...valuesOf(hubZones).map(({ alias }) => endpointOfAlias(alias)),
  ]);
  const zones = valuesOf(lists.endpoints)
    .filter(({ endpointId, vpcId }) => vpcId === settings.vpc && held.has(endpointId))
    .reduce((sum, { subnetIds }) => sum + subnetIds.length, 0);
  const price = endpointPrice(lists.region, prices);
  if (settings.profile !== null) return monthlyUsd(zones, price);
  const spokes = [own, ...counted(network, settings)];
  const services = new Set(spokes.flatMap((spoke) => spoke.services));
  const wanted = new Set(spokes.flatMap((spoke) => spoke.zoneIds));
  const there = valuesOf(lists.subnets).filter(
    ({ vpcId, zoneId, cidr }) => vpcId === settings.vpc && cidr !== null && wanted.has(zoneId),
  );
  const needed = Math.max(1, new Set(there.map(({ zoneId }) => zoneId)).size) * services.size;
  return monthlyUsd(Math.max(zones, needed), price);
}

/** Spokes of the hub, as their accounts recorded them: those that use it or could. */
function counted({ observation: { hubNeeds } }: Network, { vpc }: HubSettings) {
  return hubNeeds
    .filter((need) => need.vpcId === vpc)
    .flatMap((need) => (need.spokes ?? []).map((spoke) => ({ ...spoke, accountId: need.participantId })))
    .filter(({ state }) => state !== 'BLOCKED' && state !== 'OWN');
}

/** Over all VPCs of the Region that use the hub or could, as their accounts recorded them; first its own has to be. */
function cheaperFor(
  network: Network,
  { vpcId }: VpcFacts,
  { settings }: HubObservation,
  own: SpokeResult,
): CentralPrice | 'UNDECIDED' {
  const { accountId, hubNeeds } = network.observation;
  const isRecorded = hubNeeds.some(
    (need) =>
      need.vpcId === settings.vpc &&
      need.participantId === accountId &&
      (need.spokes ?? []).some((spoke) => spoke.vpcId === vpcId),
  );
  if (!isRecorded) return 'UNDECIDED';
  const others = counted(network, settings).filter(
    (one) => one.vpcId !== vpcId || one.accountId !== accountId,
  );
  return centralPrice([own, ...others]);
}

function describeChoice(network: Network, price: CentralPrice): string {
  const { region } = network.observation;
  const { spokes, ownMonthlyUsd, centralMonthlyUsd } = price;
  const [cheaper, dearer] =
    price.savedMonthlyUsd < 0
      ? [`Own endpoints cost $${ownMonthlyUsd.toFixed(2)}`, `central ones $${centralMonthlyUsd.toFixed(2)}`]
      : [`Central endpoints cost $${centralMonthlyUsd.toFixed(2)}`, `own ones $${ownMonthlyUsd.toFixed(2)}`];
  return `${cheaper} a month for ${spokes} ${spokes === 1 ? 'VPC' : 'VPCs'} in ${region}, ${dearer}.`;
}

/** What a spoke asks the hub for: what the hub answers for, and what has no path, as when an endpoint of the hub is gone. */
function needOfSpoke(paths: ClientPath[]): EndpointNeed {
  const names = new Set(
    paths
      .flatMap((path) =>
        path.names.filter(
          ({ resolvesTo, path: verdict }) =>
            resolvesTo === 'central' || resolvesTo === 'unknown' || !SERVED.includes(verdict),
        ),
      )
      .map(({ name }) => name),
  );
  return {
    wanted: [...names].map(wantedOf),
    ec2messagesOnSuspicion: false,
    affected: paths.map(({ client }) => client),
    stops: [],
    notes: [],
  };
}

function wantedOf(name: EndpointNeed['wanted'][number]['name']): EndpointNeed['wanted'][number] {
  return { name, serviceName: name, subnets: [] };
}
