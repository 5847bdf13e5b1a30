/**
 * Which endpoints a VPC should have: judged as if ours were not there, so that the answer is the same
 * before they are made and after. A row of the table that does nothing beats a row that plans.
 */
import { readFailureFinding } from '../findings.ts';
import type { OverridableSettings } from '../model/configuration.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import type { Client } from './clients.ts';
import { chooseSubnets } from './endpoint-zones.ts';
import type { SubnetFacts, VpcFacts } from './facts.ts';
import type { ClientPath } from './instance-path.ts';
import { isPublic, type NamePath } from './name-path.ts';
import { type OptionalService, type ServiceName, serviceOf } from './needed-names.ts';
import { failureOf, type Network, valuesOf } from './network.ts';
import { filterNewEndpoint } from './reach.ts';
import { serviceEndpoints } from './resolver-candidates.ts';
import { type Fact, fact } from './verdict.ts';

export interface WantedEndpoint<Name = ServiceName | OptionalService> {
  name: Name;
  serviceName: string;
  subnets: SubnetFacts[];
}

export interface EndpointNeed {
  wanted: WantedEndpoint<ServiceName>[];
  /** Some client asks for `ec2messages` only because its agent is not known. */
  ec2messagesOnSuspicion: boolean;
  affected: Client[];
  /** Why nothing, or not all, is planned. */
  stops: { reason: ReasonCode; fact: Fact }[];
  notes: NoteCode[];
}

export type NeedSettings = Pick<
  OverridableSettings,
  'endpointZones' | 'endpointsInDnsHubs' | 'ec2messages' | 'unknownEgress' | 'path'
>;

/** `paths` are the clients' as judged in `network`, from which our endpoints were taken away. */
export function endpointNeed(
  network: Network,
  vpc: VpcFacts,
  paths: ClientPath[],
  settings: NeedSettings,
): EndpointNeed {
  const nothing: EndpointNeed = {
    wanted: [],
    ec2messagesOnSuspicion: false,
    affected: [],
    stops: [],
    notes: [],
  };
  const lacking = paths.filter((path) => isPlannable(path, settings));
  // Not asked for: no client lacks a path, and no endpoint carries our mark (`wantedLookups`).
  if (lacking.length === 0 || network.observation.endpointServices === null) return nothing;
  const stop = vpcStop(network, vpc, lacking, settings);
  if (stop) return { ...nothing, stops: [stop] };

  const names = missingNames(lacking, settings);
  const suspicion =
    settings.ec2messages === 'auto' &&
    !names.includes('ec2messages') &&
    names.length > 0 &&
    serviceOf(network, 'ec2messages') !== null &&
    serviceEndpoints(network, vpc.vpcId, 'ec2messages').length === 0 &&
    lacking.some((path) => path.client.agentUnknown);
  if (suspicion) names.push('ec2messages');

  const stops: EndpointNeed['stops'] = [];
  const first = choose(
    network,
    vpc,
    lacking.map((path) => path.client),
    names,
    settings,
  );
  const subnetIds = [
    ...new Set(first.wanted.flatMap(({ subnets }) => subnets.map((subnet) => subnet.subnetId))),
  ];
  const affected = lacking
    .map((path) => path.client)
    .filter((client) => {
      const blocks = filterNewEndpoint(network, client, subnetIds);
      stops.push(...blocks.map(({ reason, sentence }) => ({ reason, fact: fact(sentence, client.id) })));
      return blocks.length === 0;
    });
  if (affected.length === 0) return { ...nothing, stops };
  const chosen = affected.length === lacking.length ? first : choose(network, vpc, affected, names, settings);
  if (chosen.stops.length > 0) return { ...nothing, stops: [...stops, ...chosen.stops] };
  return { wanted: chosen.wanted, ec2messagesOnSuspicion: suspicion, affected, stops, notes: [] };
}

/** Lacks a name that an endpoint would give, and nothing else is in its way. */
export function isPlannable(path: ClientPath, settings: NeedSettings): boolean {
  const wanted = path.names.filter((name) => isMissing(name, settings));
  const hindered = path.names.some((name) => !isMissing(name, settings) && name.reasons.length > 0);
  return wanted.length > 0 && !hindered;
}

function isMissing(name: NamePath, settings: NeedSettings): boolean {
  if (name.missing) return true;
  if (settings.path === 'private' && isPublic(name) && name.reasons.length === 0) return true;
  const treated = settings.unknownEgress === 'provision' && name.unseen && name.resolvesTo === 'public';
  return treated && name.reasons.length === 0;
}

function missingNames(lacking: ClientPath[], settings: NeedSettings): ServiceName[] {
  const order: ServiceName[] = ['ssm', 'ssmmessages', 'ec2messages'];
  const missing = lacking.flatMap((path) => path.names.filter((name) => isMissing(name, settings)));
  return order.filter((name) => missing.some((path) => path.name === name));
}

/** What holds for the whole VPC. */
function vpcStop(
  network: Network,
  vpc: VpcFacts,
  lacking: ClientPath[],
  settings: NeedSettings,
): EndpointNeed['stops'][number] | null {
  const central = lacking.flatMap((path) => path.names).find((name) => name.resolvesTo === 'central');
  if (central) {
    const seen = `Of the needed names only some, such as ${central.name}, resolve to central endpoints.`;
    return { reason: 'CENTRAL_ENDPOINTS_INCOMPLETE', fact: fact(seen, vpc.vpcId) };
  }
  const { resolverEndpoints, endpointServices } = network.observation;
  const failure =
    failureOf(endpointServices) ?? (settings.endpointsInDnsHubs ? null : failureOf(resolverEndpoints));
  if (failure) {
    const { code, sentence } = readFailureFinding(failure, null);
    return { reason: code, fact: fact(sentence) };
  }
  const inbound = valuesOf(resolverEndpoints).find(
    (endpoint) => endpoint.vpcId === vpc.vpcId && endpoint.direction === 'INBOUND',
  );
  if (inbound && !settings.endpointsInDnsHubs) {
    const seen = `Others resolve names through ${inbound.resolverEndpointId} in this VPC.`;
    return { reason: 'DNS_HUB_VPC', fact: fact(seen, inbound.resolverEndpointId) };
  }
  for (const name of missingNames(lacking, settings)) {
    const holder = holderOf(network, vpc, name);
    if (!holder) continue;
    const seen = `${holder.endpointId} (${holder.state}) already holds the private DNS name of ${name}.`;
    const leaving = holder.state === 'deleting';
    return {
      reason: leaving ? 'ENDPOINT_PENDING' : 'PRIVATE_DNS_CONFLICT',
      fact: fact(seen, holder.endpointId),
    };
  }
  return null;
}

/** An endpoint that is of no use but may still hold the name (unverified for the states but deleting). */
export function holderOf(network: Network, vpc: VpcFacts, name: string) {
  return (network.endpointsByVpc.get(vpc.vpcId) ?? []).find(
    (endpoint) =>
      endpoint.type === 'interface' &&
      endpoint.privateDns &&
      endpoint.state !== 'deleted' &&
      endpoint.serviceName.endsWith(`.${network.observation.region}.${name}`),
  );
}

function choose(
  network: Network,
  vpc: VpcFacts,
  clients: Client[],
  names: ServiceName[],
  settings: NeedSettings,
): Pick<EndpointNeed, 'wanted' | 'stops'> {
  const wanted: EndpointNeed['wanted'] = [];
  const stops: EndpointNeed['stops'] = [];
  for (const name of names) {
    const service = serviceOf(network, name);
    const choice = service
      ? chooseSubnets(network, vpc.vpcId, clients, service, settings.endpointZones)
      : ({ kind: 'impossible', reason: 'ENDPOINT_ZONE_UNSUPPORTED' } as const);
    if (choice.kind === 'chosen' && service) {
      wanted.push({ name, serviceName: service.serviceName, subnets: choice.subnets });
    } else if (choice.kind === 'impossible') {
      stops.push({
        reason: choice.reason,
        fact: fact(`No subnet of ${vpc.vpcId} can hold ${name}.`, vpc.vpcId),
      });
    }
  }
  return { wanted, stops };
}
