/**
 * Endpoints of ours that are no longer needed: the VPC, which is no hub, judged without them and without what ran through
 * them proved, has a path for every instance, stopped ones included, or holds none.
 */
import type { Change } from '../model/change.ts';
import type { OverridableSettings } from '../model/configuration.ts';
import type { Timestamp } from '../model/primitives.ts';
import { stableHash } from '../stable-hash.ts';
import { changePlace } from './change-maker.ts';
import { clientsOf } from './clients.ts';
import type { EndpointFacts, VpcFacts } from './facts.ts';
import { judgeClients } from './instance-path.ts';
import { isPublic } from './name-path.ts';
import { isService, OPTIONAL_SERVICES } from './needed-names.ts';
import type { Network } from './network.ts';
import { isOfHub, ourEndpoints, withDnsOn, withoutOurs } from './ownership.ts';
import { type EndpointPrice, monthlyUsd } from './prices.ts';
import { type ServiceSettings, serviceNeeds } from './service-needs.ts';
import { rankOf } from './verdict.ts';

/** Shorter periods are refused: an instance that is stopped over a holiday should find its path again. */
export const LEAST_PRUNE_DAYS = 14;

export interface Prunable {
  vpcId: string;
  endpointIds: string[];
  monthlyUsdSaved: number;
  /** SERVICE_NOT_NEEDED: endpoints of services that `endpointServices` no longer names, or that have another path. */
  because: 'NO_INSTANCES' | 'PATH_WITHOUT_THEM' | 'SERVICE_NOT_NEEDED';
}

/** null where they are needed, or where it cannot be seen that they are not. */
export function prunable(
  network: Network,
  vpc: VpcFacts,
  settings: Pick<OverridableSettings, 'ec2messages'> & ServiceSettings,
  journalled: ReadonlySet<string>,
  price: EndpointPrice,
): Prunable | null {
  const ours = ourEndpoints(network, vpc.vpcId, journalled);
  if (ours.length === 0 || servesHub(network, vpc, ours, journalled)) return null;
  const bare = withoutOurs(network, journalled);
  const paths = judgeClients(bare, vpc, clientsOf(bare, vpc, settings, ['running', 'stopped']));
  const isExposed = settings.path === 'private' && paths.some(({ names }) => names.some(isPublic));
  const works =
    !isExposed &&
    paths.every(({ path, reasons }) => rankOf(path) > rankOf('UNKNOWN') && reasons.length === 0);
  const clients = paths.map(({ client }) => client);
  const lacking = serviceNeeds(withDnsOn(bare, vpc.vpcId), vpc, clients, settings);
  const unneeded = ours.filter((endpoint) => {
    const service = OPTIONAL_SERVICES.find((name) => isService(network, endpoint.serviceName, name));
    if (service === undefined) return works;
    const isWanted = (settings.endpointServices ?? []).includes(service);
    return !isWanted || (works && !lacking.some((need) => need.service === service));
  });
  if (unneeded.length === 0) return null;
  const zones = unneeded.reduce((sum, { subnetIds }) => sum + subnetIds.length, 0);
  return {
    vpcId: vpc.vpcId,
    endpointIds: unneeded.map(({ endpointId }) => endpointId).sort(),
    monthlyUsdSaved: monthlyUsd(zones, price),
    because: paths.length === 0 ? 'NO_INSTANCES' : works ? 'PATH_WITHOUT_THEM' : 'SERVICE_NOT_NEEDED',
  };
}

/** Who uses a hub is seen in other accounts: while it is one, its endpoints are no business of a prune. */
function servesHub(
  { observation: { hubSettings, needs, accountId } }: Network,
  { vpcId }: VpcFacts,
  ours: readonly EndpointFacts[],
  journalled: ReadonlySet<string>,
): boolean {
  return (
    (hubSettings?.vpc === vpcId && hubSettings.account === accountId) ||
    needs.some((need) => need.vpcId === vpcId && (need.spokes ?? []).length > 0) ||
    ours.some(({ endpointId }) => isOfHub(endpointId, journalled))
  );
}

/** `since`: from when on every run has found them prunable. */
export function isRipe(since: Timestamp, now: Timestamp, pruneAfterDays: number): boolean {
  const days = (Date.parse(now) - Date.parse(since)) / 86_400_000;
  return days >= Math.max(pruneAfterDays, LEAST_PRUNE_DAYS);
}

/** Deletions, each with the creation that would bring the endpoint back. */
export function pruneChanges(
  network: Network,
  vpc: VpcFacts,
  runId: string,
  journalled: ReadonlySet<string>,
  price: EndpointPrice,
  endpointIds: readonly string[],
): Change[] {
  return ourEndpoints(network, vpc.vpcId, journalled)
    .filter(({ endpointId }) => endpointIds.includes(endpointId))
    .map((endpoint) =>
      endpoint.type === 'gateway'
        ? gatewayDeletionOf(network, endpoint, runId)
        : deletionOf(network, endpoint, runId, price),
    );
}

function gatewayDeletionOf(network: Network, endpoint: EndpointFacts, runId: string): Change {
  const { endpointId, vpcId, serviceName, tags, policy } = endpoint;
  const routeTableIds = [...endpoint.routeTableIds].sort();
  return {
    ...changePlace(network, runId, 'DeleteGatewayEndpoint', endpointId),
    resource: endpointId,
    action: { kind: 'DeleteGatewayEndpoint', endpoint: { kind: 'existing', id: endpointId } },
    expected: { routeTableIds },
    inverse: {
      kind: 'CreateGatewayEndpoint',
      vpcId,
      serviceName,
      routeTableIds,
      clientToken: `dhmc-${stableHash(runId, endpointId)}`,
      ...(policy === null ? {} : { policy }),
      tags,
    },
    monthlyCostUsd: 0,
  };
}

function deletionOf(network: Network, endpoint: EndpointFacts, runId: string, price: EndpointPrice): Change {
  const { endpointId, vpcId, serviceName, tags } = endpoint;
  const subnetIds = [...endpoint.subnetIds].sort();
  const groupIds = [...endpoint.groupIds].sort();
  return {
    ...changePlace(network, runId, 'DeleteInterfaceEndpoint', endpointId),
    resource: endpointId,
    action: { kind: 'DeleteInterfaceEndpoint', endpoint: { kind: 'existing', id: endpointId } },
    expected: { state: endpoint.state, subnetIds, groupIds },
    inverse: {
      kind: 'CreateInterfaceEndpoint',
      vpcId,
      serviceName,
      subnetIds,
      groups: groupIds.map((groupId) => ({ kind: 'existing', id: groupId })),
      clientToken: `dhmc-${stableHash(runId, endpointId)}`,
      ...(endpoint.policy === null ? {} : { policy: endpoint.policy }),
      tags,
    },
    monthlyCostUsd: -monthlyUsd(subnetIds.length, price),
  };
}
