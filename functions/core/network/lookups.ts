/**
 * Which further look-ups a verdict depends on, from what the Region's lists have told. So an idle Region,
 * or one whose instances are all proven, costs no hosted zone, Profile, Resolver or VpcAttribute call.
 */
import type { OverridableSettings } from '../model/configuration.ts';
import { clientsOf, isIgnored } from './clients.ts';
import type { VpcFacts } from './facts.ts';
import { type ClientPath, judgeClients } from './instance-path.ts';
import type { Network } from './network.ts';

export interface WantedLookups {
  /** VPCs whose DNS attributes matter: those that might get an endpoint, or rely on one. */
  dnsAttributes: string[];
  /** VPCs whose hosted zones, Profile and Resolver rules matter. */
  hostedZones: string[];
  /** Names and zones of endpoint services, and Resolver endpoints: some VPC might get an endpoint. */
  endpointServices: boolean;
}

/**
 * An INTERNET path that some instance of the same VPC has proven resolves publicly, and so needs no
 * zones. One that nobody has proven may yet be captured by a zone.
 */
export function wantedLookups(
  network: Network,
  settings: Pick<OverridableSettings, 'ec2messages'>,
): WantedLookups {
  const wanted: WantedLookups = { dnsAttributes: [], hostedZones: [], endpointServices: false };
  for (const vpc of network.vpcs.values()) {
    if (isIgnored(vpc.tags)) continue;
    const paths = judgeClients(network, vpc, clientsOf(network, vpc, settings));
    if (paths.length === 0) continue;
    const open = paths.filter((path) => !isSettled(path, paths));
    const relying = paths.some(({ names }) => names.some((name) => name.path === 'ENDPOINTS'));
    if (open.length > 0) wanted.hostedZones.push(vpc.vpcId);
    if (isOwn(network, vpc) && (relying || open.some(mightLack))) wanted.dnsAttributes.push(vpc.vpcId);
    if (isOwn(network, vpc) && open.some(mightLack)) wanted.endpointServices = true;
  }
  return wanted;
}

function isOwn(network: Network, vpc: VpcFacts): boolean {
  return vpc.ownerId === network.observation.accountId;
}

function isSettled({ names }: ClientPath, all: ClientPath[]): boolean {
  const someOnline = all.some(({ client }) => client.online);
  return names.every(
    ({ path }) => path === 'PROVEN' || path === 'ENDPOINTS' || (path === 'INTERNET' && someOnline),
  );
}

function mightLack({ path }: ClientPath): boolean {
  return path === 'NONE' || path === 'UNKNOWN';
}

/**
 * Customer-managed prefix lists that some route or rule names: the only ones whose entries are worth a
 * call. Groups and tables of idle VPCs do not count.
 */
export function wantedPrefixLists(network: Network): string[] {
  const used = new Set(network.observation.instances.map(({ vpcId }) => vpcId));
  for (const { vpcId } of network.observation.needs) used.add(vpcId);
  const routed = [...network.routeTables.values()]
    .filter(({ vpcId }) => used.has(vpcId))
    .flatMap(({ routes }) => routes)
    .flatMap(({ destination }) => (destination.kind === 'prefix-list' ? [destination.prefixListId] : []));
  const ruled = [...network.securityGroups.values()]
    .filter(({ vpcId }) => used.has(vpcId))
    .flatMap(({ ingress, egress }) => [...ingress, ...egress])
    .flatMap(({ prefixListIds }) => prefixListIds);
  return [...new Set([...routed, ...ruled])]
    .filter((id) => network.prefixLists.get(id)?.awsManaged !== true)
    .sort();
}
