/**
 * The verdict on a VPC that holds running instances: its path, the reasons and notes, and the changes
 * that would give it a path. docs/spec/decisions.md, "What follows for the VPC".
 */

import type { Change } from '../model/change.ts';
import type { AccountId } from '../model/primitives.ts';
import type { Finding, PathVerdict } from '../model/result.ts';
import type { NoteCode, ReasonCode } from '../reasons.ts';
import { judgeCentral } from './central.ts';
import { clientsOf, isIgnored } from './clients.ts';
import { type EndpointNeed, isPlannable } from './endpoint-need.ts';
import { type EndpointPlan, type PlanContext, planEndpoints } from './endpoint-plan.ts';
import { endpointsWithForeignPolicy } from './endpoint-policy-plan.ts';
import type { SharedVpcNeed, VpcFacts } from './facts.ts';
import {
  budgetFinding,
  driftFinding,
  incompleteFinding,
  lacksCentral,
  needFindings,
  noPathFinding,
  notPrivateFinding,
  pathFindings,
  refusedFinding,
} from './findings.ts';
import { planGateway } from './gateway-plan.ts';
import type { SpokeResult } from './hub-facts.ts';
import { hubLacks, hubToMake, planHub, planHubNames } from './hub-plan.ts';
import { type ClientPath, judgeClients } from './instance-path.ts';
import { isPublic } from './name-path.ts';
import { needOfAll, needWithoutOurs } from './need-without-ours.ts';
import { isService, SERVICE_NAMES } from './needed-names.ts';
import type { Network } from './network.ts';
import type { NetworkSettings } from './network-settings.ts';
import { endpointPolicyText, gatewayPolicyText } from './own-endpoint-policy.ts';
import { isOurs, ourEndpoints, withDnsOn } from './ownership.ts';
import { endpointPrice, monthlyUsd } from './prices.ts';
import { dnsAttributesOf } from './resolution.ts';
import { gatewayOf, serviceFindings } from './service-findings.ts';
import { participantVerdict, pathsAsOwner } from './shared-vpc.ts';
import { worstOf } from './verdict.ts';
import { DNS_ON, isBetterWithDns, planVpcDns } from './vpc-dns.ts';

export interface NetworkContext {
  runId: string;
  settings: NetworkSettings;
  /**
   * What the journal says we made: ids of endpoints and security groups, and for each subnet that we put
   * an endpoint into `placedIn(endpointId, subnetId)`.
   */
  journalled: ReadonlySet<string>;
  /** VPCs whose endpoints no longer fit `maxMonthlyUsd`, which all accounts share. */
  refused?: ReadonlySet<string>;
  /** VPCs with endpoints of ours move to their hub; `shown`: all steps of it at once. */
  migrate?: 'no' | 'shown' | 'stepwise';
  /** Whether this rollout covers the account. */
  inScope: (accountId: AccountId) => boolean;
}

export interface EndpointSummary {
  endpointId: string;
  serviceName: string;
  state: string;
  privateDns: boolean;
  subnetIds: string[];
  ours: boolean;
}

export interface VpcVerdict {
  vpcId: string;
  ownerId: AccountId;
  path: PathVerdict;
  /** Sorted sets. */
  reasons: ReasonCode[];
  notes: NoteCode[];
  findings: Finding[];
  clients: ClientPath[];
  endpoints: EndpointSummary[];
  /** What a private path would take, whether or not the configuration lets it be made. */
  proposal: { services: string[]; endpointZones: number; monthlyUsd: number } | null;
  /** Empty unless `endpoints: provision`. */
  changes: Change[];
  /** The VPC is another account's, whose endpoints and NAT gateways could not be seen. */
  isOwnerHidden: boolean;
  /** What our endpoints here cost now. */
  currentMonthlyUsd: number;
  spoke: SpokeResult | null;
  /** Of a hub that is to be made and cannot be: why. */
  hubRefusal: string | null;
  /** What this account, as a participant of a shared VPC, needs of the owner. */
  need: SharedVpcNeed | null;
}

/** Holds running instances, or a participant recorded a need for it. */
export function isInUse(network: Network, vpc: VpcFacts): boolean {
  const { instances, needs } = network.observation;
  return (
    instances.some(
      (instance) => instance.vpcId === vpc.vpcId && instance.state === 'running' && !isIgnored(instance.tags),
    ) || needs.some((need) => need.vpcId === vpc.vpcId)
  );
}

export function judgeVpc(network: Network, vpc: VpcFacts, context: NetworkContext): VpcVerdict {
  const clients = clientsOf(network, vpc, context.settings);
  const paths = judgeClients(network, vpc, clients);
  const plain = plainVerdict(network, vpc, paths, context);
  if (isIgnored(vpc.tags)) return { ...plain, reasons: [], findings: [], notes: ['IGNORED_BY_TAG'] };
  if (vpc.ownerId !== network.observation.accountId) {
    const price = endpointPrice(network.observation.region, context.settings.prices);
    const seen = pathsAsOwner(network, vpc, paths, context.settings);
    const verdict = participantVerdict(network, vpc, { own: paths, asOwner: seen }, context, price);
    const judged = seen?.map(withOwner) ?? paths;
    return {
      ...plain,
      clients: judged,
      path: worstOf(judged.map(({ path }) => path)),
      isOwnerHidden: seen === null,
      ...verdict,
    };
  }
  return ownerVerdict(network, vpc, paths, plain, context);
}

/** What holds whoever owns the VPC, and whatever is said of it. */
type PlainVerdict = Omit<VpcVerdict, 'reasons' | 'notes' | 'findings'>;

function plainVerdict(
  network: Network,
  vpc: VpcFacts,
  paths: ClientPath[],
  { settings, journalled }: NetworkContext,
): PlainVerdict {
  const zones = ourEndpoints(network, vpc.vpcId, journalled).reduce(
    (sum, { subnetIds }) => sum + subnetIds.length,
    0,
  );
  return {
    vpcId: vpc.vpcId,
    ownerId: vpc.ownerId,
    path: worstOf(paths.map(({ path }) => path)),
    clients: paths,
    endpoints: (network.endpointsByVpc.get(vpc.vpcId) ?? [])
      .filter(({ type }) => type === 'interface')
      .map(({ endpointId, serviceName, state, privateDns, subnetIds, tags }) => ({
        endpointId,
        serviceName,
        state,
        privateDns,
        subnetIds,
        ours: isOurs(tags, endpointId, journalled),
      })),
    proposal: null,
    changes: [],
    isOwnerHidden: false,
    currentMonthlyUsd: monthlyUsd(zones, endpointPrice(network.observation.region, settings.prices)),
    spoke: null,
    hubRefusal: null,
    need: null,
  };
}

function ownerVerdict(
  network: Network,
  vpc: VpcFacts,
  paths: ClientPath[],
  plain: PlainVerdict,
  context: NetworkContext,
): VpcVerdict {
  const { settings } = context;
  const { organizationId, region } = network.observation;
  const price = endpointPrice(region, settings.prices);
  const planContext: PlanContext = {
    runId: context.runId,
    journalled: context.journalled,
    resourceTags: settings.resourceTags,
    price,
    proven: new Set(paths.filter(isProven).map(({ client }) => client.id)),
    endpointZones: settings.endpointZones,
    endpointPolicy: endpointPolicyText(settings.endpointPolicy, organizationId),
    gatewayPolicy: gatewayPolicyText(settings.endpointPolicy, organizationId, region),
  };
  const dns = dnsAttributesOf(network, vpc.vpcId);
  const dnsOff = !dns.support || !dns.hostnames;
  const clients = paths.map(({ client }) => client);
  const needs = needWithoutOurs(network, vpc, clients, context);
  const { need, services } = needs;
  const gateway = planGateway(network, vpc, gatewayOf(services), planContext);
  const made = hubToMake(network, vpc, settings);
  const isByZones = made?.hub.names === 'zones';
  const hubPlan = made && planHub(network, vpc, made.spokes, context.journalled);
  const plan = hubPlan
    ? planEndpoints(network, { ...vpc, cidrs: hubPlan.cidrs }, hubPlan.need, {
        ...planContext,
        endpointZones: 'all',
        ...(isByZones ? { privateDns: false as const } : {}),
      })
    : planEndpoints(network, vpc, needOfAll(needs), planContext);
  const hindered = paths.some(({ reasons }) => reasons.includes('VPC_DNS_DISABLED'));
  const better = hindered && isBetterWithDns(network, vpc, paths);
  const stopped = dnsOff && !(settings.enableVpcDns && better);
  const dnsChanges = better && settings.enableVpcDns ? planVpcDns(network, vpc, dns, planContext) : [];

  const central = incompleteFinding(vpc, paths);
  const works = paths.every((path) => path.reasons.length === 0 && !isPlannable(path, settings));
  const findings = [
    ...pathFindings(paths, price),
    ...central,
    ...needFindings(need)
      .filter(({ code }) => !central.some((known) => known.code === code))
      .filter(({ code }) => !works || !WITHOUT_OURS.includes(code)),
  ];
  const lacking = paths.filter((path) => isPlannable(path, { ...settings, path: 'any' }));
  if (lacking.length > 0 && (need.wanted.length > 0 || need.stops.every(isFilter)))
    findings.push(noPathFinding(vpc, lacking, plan, price));
  const exposed = settings.path === 'private' ? paths.filter(isExposed) : [];
  if (exposed.length > 0) findings.push(notPrivateFinding(vpc, exposed));
  const totalUsd = plain.currentMonthlyUsd + plan.monthlyUsd;
  const refused = context.refused?.has(vpc.vpcId) ?? false;
  const wakened = dnsChanges.length > 0;
  const hub = judgeCentral(network, vpc, {
    need,
    paths: wakened ? judgeClients(withDnsOn(network, vpc.vpcId), vpc, clients) : paths,
    dns: wakened ? DNS_ON : dns,
    settings,
    planContext,
    ours: ourEndpoints(network, vpc.vpcId, context.journalled).filter(({ serviceName }) =>
      SERVICE_NAMES.some((name) => isService(network, serviceName, name)),
    ),
    currentMonthlyUsd: plain.currentMonthlyUsd,
    migrate: context.migrate ?? 'no',
  });
  findings.push(...hub.findings, ...(hubPlan?.findings ?? []));
  if (plan.repairs > 0 && !hub.isMoving) findings.push(driftFinding(vpc, plan));
  const own = hub.own || hubPlan !== null;
  const planned = made !== null && hubPlan?.findings.length === 0 ? { ...made, need: hubPlan.need } : null;
  const lacks = planned && hubLacks(network, vpc, planned, context.journalled);
  if (lacks !== null) findings.push({ code: 'CENTRAL_HUB_PENDING', subject: vpc.vpcId, sentence: lacks });
  findings.push(
    ...serviceFindings(network, vpc, services, {
      gateway,
      usesHub: isCentral(settings) && !own,
      journalled: context.journalled,
    }),
  );
  const overBudget = plan.monthlyUsd > 0 && (refused || totalUsd > settings.maxMonthlyUsdPerVpc);
  if (overBudget && own) {
    findings.push(
      refused
        ? refusedFinding(vpc, plan.monthlyUsd)
        : budgetFinding(vpc, totalUsd, settings.maxMonthlyUsdPerVpc),
    );
  }

  const nameChanges = planned && !overBudget ? planHubNames(network, vpc, planned, planContext) : [];

  const notes = new Set<NoteCode>(paths.flatMap((path) => path.notes));
  if (paths.some(({ path }) => path === 'UNKNOWN')) notes.add('EGRESS_UNKNOWN');
  if (paths.some((path) => isRerouted(path, plan))) notes.add('REROUTES_WORKING_TRAFFIC');
  if (plan.monthlyUsd > 0 && price.estimated) notes.add('PRICE_ESTIMATED');
  if (dnsChanges.length > 0) notes.add('WAKES_PRIVATE_ZONES');
  if (endpointsWithForeignPolicy(network, vpc.vpcId, planContext).length > 0) {
    notes.add('ENDPOINT_POLICY_BY_OTHERS');
  }

  const changes = [...dnsChanges, ...(stopped ? [] : affordable(plan, overBudget)), ...gateway.changes];
  return {
    ...plain,
    reasons: [...new Set(findings.map(({ code }) => code))].sort(),
    notes: [...notes].sort(),
    findings,
    clients: paths.map((path) => withStops(path, need)),
    proposal: proposalOf(plan),
    changes: own
      ? [...changes, ...nameChanges]
      : [
          ...centralDns(settings, dnsChanges),
          ...hub.changes,
          ...(isCentral(settings) ? gateway.changes : []),
        ],
    spoke: hub.spoke,
    hubRefusal: hubPlan?.findings[0]?.sentence ?? null,
  };
}

/** Why nothing would be planned if our endpoints were not there: nothing is amiss where every name works with them. */
const WITHOUT_OURS: readonly ReasonCode[] = ['CENTRAL_ENDPOINTS_INCOMPLETE', 'DNS_HUB_VPC'];

function centralDns(settings: NetworkSettings, changes: Change[]): Change[] {
  return isCentral(settings) ? changes : [];
}

function isCentral({ endpoints }: NetworkSettings): boolean {
  return endpoints === 'central' || endpoints === 'auto';
}

/** Who makes the path that a participant's instance lacks. */
function withOwner(path: ClientPath): ClientPath {
  return path.path === 'NONE'
    ? { ...path, reasons: [...path.reasons, 'VPC_OWNER_MANAGED' as const].sort() }
    : path;
}

/** What would keep a client from new endpoints is a reason of the client as well. */
function withStops(path: ClientPath, need: EndpointNeed): ClientPath {
  const own = need.stops.filter(({ fact }) => fact.resource === path.client.id).map(({ reason }) => reason);
  const incomplete: ReasonCode[] = lacksCentral(path) ? ['CENTRAL_ENDPOINTS_INCOMPLETE'] : [];
  return { ...path, reasons: [...new Set([...path.reasons, ...own, ...incomplete])].sort() };
}

/** Over budget only repairs that cost nothing and need nothing new are left. */
function affordable(plan: EndpointPlan, overBudget: boolean): Change[] {
  if (!overBudget) return plan.changes;
  return plan.changes.filter(({ action, monthlyCostUsd }) => {
    if (monthlyCostUsd > 0) return false;
    if (action.kind === 'AllowEndpointIngress') return action.group.kind === 'existing' && plan.repairs > 0;
    return (
      action.kind === 'SetEndpointPolicy' ||
      (action.kind === 'ModifyInterfaceEndpoint' && action.addGroups.every(({ kind }) => kind === 'existing'))
    );
  });
}

/** A filter that blocks new endpoints as well: said beside the missing path, since opening it gives none. */
function isFilter({ reason }: EndpointNeed['stops'][number]): boolean {
  return reason === 'INSTANCE_SG_BLOCKS_443' || reason === 'NACL_BLOCKS_443';
}

function isExposed({ names }: ClientPath): boolean {
  return names.some(isPublic);
}

function isProven({ names }: ClientPath): boolean {
  return names.some(({ name, path }) => name === 'ssm' && path === 'PROVEN');
}

/** Works over public addresses today, and private DNS would move it. */
function isRerouted({ names }: ClientPath, plan: EndpointPlan): boolean {
  return names.some(
    (name) => name.resolvesTo === 'public' && name.path !== 'NONE' && plan.created.includes(name.name),
  );
}

function proposalOf(plan: EndpointPlan): VpcVerdict['proposal'] {
  const creations = plan.changes.flatMap(({ action }) =>
    action.kind === 'CreateInterfaceEndpoint' ? [action] : [],
  );
  if (creations.length === 0) return null;
  return {
    services: creations.map(({ serviceName }) => serviceName),
    endpointZones: creations.reduce((sum, { subnetIds }) => sum + subnetIds.length, 0),
    monthlyUsd: plan.monthlyUsd,
  };
}
