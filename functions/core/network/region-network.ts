/** The network of one target: verdicts on its VPCs, their changes, and endpoints that could go. */

import { readFailureFinding } from '../findings.ts';
import type { Change } from '../model/change.ts';
import type { Configuration } from '../model/configuration.ts';
import type { AccountObservation, RegionObservation } from '../model/observation.ts';
import type { AccountId } from '../model/primitives.ts';
import type { EndpointResult, Finding, VpcResult } from '../model/result.ts';
import { PLAN_SEED } from '../planned.ts';
import type { NoteCode } from '../reasons.ts';
import { isIgnored } from './clients.ts';
import type { SharedVpcNeed, VpcFacts } from './facts.ts';
import type { HubSettings } from './hub-facts.ts';
import { type InstancePath, instancePathOf } from './instance-path.ts';
import { failureOf, joinNetwork, type Network } from './network.ts';
import { isOfHub, ourEndpoints } from './ownership.ts';
import { type EndpointPrice, endpointPrice, monthlyUsd } from './prices.ts';
import { isRipe, prunable, pruneChanges } from './prune.ts';
import { isInUse, judgeVpc, type NetworkContext, type VpcVerdict } from './vpc-verdict.ts';

/** What a person asks about one VPC of it. */
export interface JudgedNetwork {
  network: Network;
  /** By VPC; also of one that no run would judge, since nothing in it needs a path. */
  verdictOf: (vpc: VpcFacts) => VpcVerdict;
}

export interface RegionNetwork {
  vpcs: VpcResult[];
  /** null where the network was not read. */
  judged: JudgedNetwork | null;
  findings: Finding[];
  notes: NoteCode[];
  changes: { vpcId: string; change: Change }[];
  needs: (SharedVpcNeed & { ownerId: AccountId })[];
  /** By running instance whose VPC was judged. */
  paths: ReadonlyMap<string, InstancePath>;
}

export const NO_NETWORK: RegionNetwork = {
  vpcs: [],
  judged: null,
  findings: [],
  notes: [],
  changes: [],
  needs: [],
  paths: new Map(),
};

/** Of the assessment's context, what the network asks for. */
export interface RegionNetworkContext {
  changeSeed: string;
  configuration: Configuration;
  now: Date;
  inScope: (accountId: AccountId) => boolean;
  refusedVpcs: ReadonlySet<string>;
  migrateCentral?: boolean | undefined;
}

export function judgeRegionNetwork(
  seen: RegionObservation,
  observation: AccountObservation,
  context: RegionNetworkContext,
): RegionNetwork {
  const earlier = observation.earlierVpcs[seen.region] ?? [];
  if (context.configuration.endpoints === 'off') return NO_NETWORK;
  if (seen.network === null) return carriedOver(seen, earlier, context);

  const network = joinNetwork(seen.network);
  const networkContext = networkContextOf(observation, context);
  const price = endpointPrice(seen.region, context.configuration.prices);
  const judged = [...network.vpcs.values()]
    .sort((one, other) => (one.vpcId < other.vpcId ? -1 : 1))
    .flatMap((vpc) => judgeOne(network, vpc, { networkContext, context, price, earlier }));
  return {
    vpcs: judged.map(({ result }) => result),
    judged: {
      network,
      verdictOf: (vpc) =>
        judged.find(({ verdict }) => verdict.vpcId === vpc.vpcId)?.verdict ??
        judgeVpc(network, vpc, networkContext),
    },
    findings: [...unreadable(seen), ...judged.flatMap(({ verdict }) => verdict.findings)],
    notes: judged.flatMap(({ notes }) => notes),
    changes: judged.flatMap(({ verdict, pruned }) =>
      [...verdict.changes, ...pruned].map((change) => ({ vpcId: verdict.vpcId, change })),
    ),
    needs: [
      ...judged.flatMap(({ verdict: { need, ownerId } }) => (need ? [{ ...need, ownerId }] : [])),
      ...needsOfHub(network, judged),
    ],
    paths: new Map(judged.flatMap(({ verdict }) => pathsOf(network, verdict))),
  };
}

/** What the hub of the Region is asked to serve, recorded under its account's key. */
function needsOfHub(network: Network, judged: JudgedVpc[]): RegionNetwork['needs'] {
  const spokes = judged.flatMap(({ verdict: { vpcId, spoke } }) =>
    spoke ? [{ ...spoke, vpcId, cidrs: network.vpcs.get(vpcId)?.cidrs ?? [] }] : [],
  );
  const { accountId: participantId, hubSettings } = network.observation;
  const refusal = judged.map(({ verdict }) => verdict.hubRefusal).find((why) => why !== null);
  const [first] = spokes;
  const hub = first?.hub ?? (refusal === undefined || hubSettings === null ? null : hubOf(hubSettings));
  if (hub === null) return [];
  const services = [...new Set(spokes.flatMap((spoke) => spoke.services))].sort();
  const { account: ownerId, vpcId } = hub;
  const need = { ownerId, vpcId, participantId, subnetIds: [], services, unknownAgents: false, spokes };
  return [refusal === undefined ? need : { ...need, refusal }];
}

function hubOf({ account, vpc }: HubSettings): { account: AccountId; vpcId: string } {
  return { account, vpcId: vpc };
}

/** What the network's rules take from the configuration and the journal. */
export function networkContextOf(
  observation: Pick<AccountObservation, 'ownResources'>,
  context: RegionNetworkContext,
): NetworkContext {
  return {
    runId: context.changeSeed,
    settings: context.configuration,
    journalled: new Set(observation.ownResources),
    inScope: context.inScope,
    refused: context.refusedVpcs,
    migrate: !context.migrateCentral ? 'no' : context.changeSeed === PLAN_SEED ? 'shown' : 'stepwise',
  };
}

function pathsOf(network: Network, { vpcId, isOwnerHidden, clients }: VpcVerdict): [string, InstancePath][] {
  const ignored = isIgnored(network.vpcs.get(vpcId)?.tags ?? {});
  return clients.map((path) => [path.client.id, instancePathOf(path, { shared: isOwnerHidden, ignored })]);
}

/** Without the VPCs no verdict is possible at all, so that failure is on the target itself. */
function unreadable({ network }: RegionObservation): Finding[] {
  const failure = failureOf(network?.vpcs);
  return failure ? [readFailureFinding(failure, null)] : [];
}

interface Judging {
  networkContext: NetworkContext;
  context: RegionNetworkContext;
  price: EndpointPrice;
  earlier: VpcResult[];
}

interface JudgedVpc {
  verdict: VpcVerdict;
  result: VpcResult;
  notes: NoteCode[];
  pruned: Change[];
}

/** VPCs in use, and those that only hold endpoints of ours. */
function judgeOne(network: Network, vpc: VpcFacts, judging: Judging): JudgedVpc[] {
  const { networkContext, context, price, earlier } = judging;
  const { journalled } = networkContext;
  const used = isInUse(network, vpc);
  if (!used && ourEndpoints(network, vpc.vpcId, journalled).length === 0) return [];
  const verdict = judgeVpc(network, vpc, networkContext);
  const { configuration, now } = context;
  const spare = prunable(network, vpc, configuration, journalled, price);
  const since = sinceOf(earlier, vpc.vpcId, now);
  const pruning =
    spare !== null && configuration.prune && isRipe(since, now.toISOString(), configuration.pruneAfterDays);
  return [
    {
      verdict,
      pruned:
        pruning && spare
          ? pruneChanges(network, vpc, networkContext.runId, journalled, price, spare.endpointIds)
          : [],
      notes: spare ? [...verdict.notes, 'ENDPOINTS_UNNEEDED'] : verdict.notes,
      result: {
        vpcId: vpc.vpcId,
        ownerId: vpc.ownerId,
        path: used ? verdict.path : 'ENDPOINTS',
        reasons: verdict.reasons,
        endpoints: verdict.endpoints.map((endpoint) => ({
          ...priced(endpoint, price),
          ...(isOfHub(endpoint.endpointId, journalled) ? { servesHub: true as const } : {}),
        })),
        prunable: spare && { since, monthlyUsdSaved: spare.monthlyUsdSaved, because: spare.because },
        ...(verdict.proposal ? { proposal: verdict.proposal } : {}),
        ...(verdict.spoke ? { spoke: verdict.spoke } : {}),
      },
    },
  ];
}

function priced(endpoint: VpcVerdict['endpoints'][number], price: EndpointPrice): EndpointResult {
  return { ...endpoint, monthlyCostUsd: endpoint.ours ? monthlyUsd(endpoint.subnetIds.length, price) : null };
}

function sinceOf(earlier: VpcResult[], vpcId: string, now: Date): string {
  return earlier.find((vpc) => vpc.vpcId === vpcId)?.prunable?.since ?? now.toISOString();
}

/**
 * A Region where nothing runs is not read. What is known of our endpoints there is kept, and a VPC without
 * any instance becomes a candidate for pruning; one with stopped instances is looked at when they run.
 */
function carriedOver(
  seen: RegionObservation,
  earlier: VpcResult[],
  { now }: RegionNetworkContext,
): RegionNetwork {
  const vpcs = earlier.map((vpc): VpcResult => {
    const isHub = vpc.endpoints.some(({ servesHub }) => servesHub);
    const empty = seen.instances?.kind === 'value' && !seen.instancesByVpc[vpc.vpcId] && !isHub;
    const saved = vpc.endpoints.reduce((sum, { monthlyCostUsd }) => sum + (monthlyCostUsd ?? 0), 0);
    return {
      ...vpc,
      path: 'ENDPOINTS',
      reasons: [],
      prunable: empty
        ? { since: sinceOf(earlier, vpc.vpcId, now), monthlyUsdSaved: saved, because: 'NO_INSTANCES' }
        : null,
    };
  });
  const unneeded = vpcs.some(({ prunable: spare }) => spare !== null);
  return { ...NO_NETWORK, vpcs, notes: unneeded ? ['ENDPOINTS_UNNEEDED'] : [] };
}

/** Whether pruning waits for nothing but a look at the network. */
export function isPruneDue(earlier: VpcResult[], configuration: Configuration, now: Date): boolean {
  const { prune, pruneAfterDays } = configuration;
  return (
    prune &&
    earlier.some((vpc) => vpc.prunable && isRipe(vpc.prunable.since, now.toISOString(), pruneAfterDays))
  );
}
