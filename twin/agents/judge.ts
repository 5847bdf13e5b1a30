/** The state of an agent now: credentials, metadata service, agent and network, each with its reason. */
import { capturedAt } from '../changes.ts';
import type { Piece, TwinState } from '../contract.ts';
import { createPropagation } from '../iam/propagation.ts';
import { parseAddress } from '../ipv4.ts';
import { emptyRegion } from '../snapshot/defaults.ts';
import { type Credentials, credentialsOf, endpointLets } from './credentials.ts';
import { reachAddress, reachName } from './network/reach.ts';
import { blocked, unknown, type Verdict } from './network/verdict.ts';
import { createWorld, type Place, placeOf, type World } from './network/world.ts';

/** Services that an agent speaks to, by the first label of their names. */
export const SERVICES = ['ssm', 'ssmmessages', 'ec2messages'] as const;
export type Service = (typeof SERVICES)[number];

/** What an agent is that the snapshot says nothing of: installed and current. */
const CURRENT_AGENT = '3.3.987.0';

export interface AgentState {
  credentials: Credentials & { ok: boolean };
  /** Running, installed, and `ssm` is reached. */
  network: { ok: boolean; why: string };
  names: Record<Service, Verdict>;
  agentVersion: string;
}

/** A Region in which instances are judged; made anew for each round. */
export interface Round {
  state: TwinState;
  accountId: string;
  region: string;
  world: World;
  nodes: Map<string, Piece>;
  agents: Record<string, Piece>;
  /** The same Region at CapturedAt; undefined where this is it. */
  captured: Round | undefined;
}

export function startRound(state: TwinState, accountId: string, region: string): Round {
  const round = (of: TwinState, captured: Round | undefined): Round => {
    const { Ssm, Agents } = of.region(accountId, region);
    return {
      state: of,
      accountId,
      region,
      world: createWorld(of.snapshot, region, of.clock.now().getTime()),
      nodes: new Map(((Ssm.InstanceInformationList ?? []) as Piece[]).map((node) => [node.InstanceId, node])),
      agents: Agents ?? {},
      captured,
    };
  };
  return round(state, round(capturedState(state), undefined));
}

/** The organization as it was captured; no role of it is on its way to other services. */
function capturedState(state: TwinState): TwinState {
  const { captured } = state;
  const at = capturedAt(state);
  return {
    snapshot: captured,
    captured,
    clock: { now: () => new Date(at), advance: () => undefined },
    partition: state.partition,
    regions: state.regions,
    propagation: createPropagation(null),
    closures: state.closures,
    organizationChanged: () => undefined,
    account: (accountId) => captured.accounts.get(accountId),
    region: (accountId, region) =>
      captured.accounts.get(accountId)?.Regions[region] ?? emptyRegion('DISABLED'),
    member: (accountId) => state.member(accountId),
    organizationPath: (accountId) => state.organizationPath(accountId),
    serviceControlPolicies: (accountId) => state.serviceControlPolicies(accountId),
    resourceControlPolicies: (accountId) => state.resourceControlPolicies(accountId),
    simulatesWithoutConditions: state.simulatesWithoutConditions,
  };
}

/** The instance as it was captured; undefined for one that was not there. */
export function capturedInstance({ captured, accountId }: Round, instanceId: string): Piece | undefined {
  return captured?.world.find(accountId, 'Instances', 'InstanceId', instanceId);
}

export function wasOnline(round: Round, instanceId: string): boolean {
  return round.captured?.nodes.get(instanceId)?.PingStatus === 'Online';
}

/**
 * What was Online at CapturedAt keeps what it had there: the snapshot may not show why it works (a transit
 * gateway, a policy that the capture could not read). `before`: the agent's state at CapturedAt.
 */
export function judge(round: Round, instance: Piece, before: AgentState | undefined): AgentState {
  const { state, accountId, region } = round;
  const agent = round.agents[instance.InstanceId] ?? {};
  const agentVersion = String(
    agent.Version ?? round.nodes.get(instance.InstanceId)?.AgentVersion ?? CURRENT_AGENT,
  );
  const found = credentialsOf(state, accountId, region, instance, agentVersion);
  const keeps = before !== undefined && found.source === 'NONE' && before.credentials.why === found.why;
  const names = judgeNames(round, instance, agent, found, before);
  return {
    credentials: { ...found, ok: found.source !== 'NONE' || keeps },
    network: judgeNetwork(instance, agent, names, before),
    names,
    agentVersion,
  };
}

function judgeNetwork(
  instance: Piece,
  agent: Piece,
  names: Record<Service, Verdict>,
  before: AgentState | undefined,
): AgentState['network'] {
  if (instance.State?.Name !== 'running')
    return { ok: false, why: `the instance is ${instance.State?.Name}` };
  if (agent.Installed === false) return { ok: before !== undefined, why: 'no agent is installed' };
  return { ok: names.ssm.verdict === 'reaches', why: names.ssm.why };
}

function judgeNames(
  round: Round,
  instance: Piece,
  agent: Piece,
  { role, source }: Credentials,
  before: AgentState | undefined,
): Record<Service, Verdict> {
  const { state, accountId, region, world } = round;
  const place = placeOf(world, accountId, instance);
  const suffix = state.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const raw = (service: Service): Verdict => {
    if (!place) return blocked('nowhere', 'the snapshot lacks the subnet or VPC of the instance');
    const caller = { state, accountId, region, instance, role, byProfile: source === 'INSTANCE_PROFILE' };
    const policyLets = (endpoint: Piece) => endpointLets(caller, service, endpoint);
    const name = `${service}.${region}.${suffix}`;
    if (agent.Proxy) return reachByProxy(round, place, String(agent.Proxy), name);
    return reachName(world, place, name, policyLets, agent.UseDualStackEndpoint === true);
  };
  const reached: string[] = agent.Reaches ?? [];
  const says = (service: Service) => reached.some((name) => name.split('.')[0] === service);
  const [ssm, ssmmessages, ec2messages] = SERVICES.map((service) => {
    const verdict = raw(service);
    if (verdict.verdict !== 'unknown' || !says(service)) return verdict;
    return {
      ...verdict,
      verdict: 'reaches' as const,
      why: `${verdict.why}; the snapshot says that it reaches`,
    };
  }) as [Verdict, Verdict, Verdict];
  if (!before) return { ssm, ssmmessages, ec2messages };
  const kept = keep(ssm, before.names.ssm.way === ssm.way);
  const others = [ssmmessages, ec2messages].map((verdict) =>
    keep(
      verdict,
      verdict.verdict === 'unknown' && kept.verdict === 'reaches' && endOf(verdict) === endOf(ssm),
    ),
  ) as [Verdict, Verdict];
  return { ssm: kept, ssmmessages: others[0], ec2messages: others[1] };
}

function keep(verdict: Verdict, same: boolean): Verdict {
  if (!same || verdict.verdict === 'reaches') return verdict;
  return { ...verdict, verdict: 'reaches', why: 'the same way as when it was captured Online' };
}

/** The way behind the name's resolution. */
function endOf({ way }: Verdict): string {
  return way.slice(way.indexOf(' > ') + 3);
}

/** "http://10.0.0.8:3128": what the proxy itself reaches shows only where it is an instance of the account. */
function reachByProxy({ world, accountId }: Round, place: Place, proxy: string, name: string): Verdict {
  const [, host = '', port = '3128'] = /^(?:https?:\/\/)?([^:/]+)(?::(\d+))?/.exec(proxy) ?? [];
  const way = `proxy ${host}`;
  const address = parseAddress(host);
  if (address === undefined) return unknown(way, `where ${host} leads is not known`);
  const path = reachAddress(world, place, address, Number(port));
  if (path.verdict !== 'reaches') return { ...path, way: `${way} > ${path.way}` };
  const server = world
    .list(accountId, 'Instances')
    .find((each) => each.VpcId === place.vpc.VpcId && each.PrivateIpAddress === host);
  const there = server && placeOf(world, accountId, server);
  if (!there) return unknown(way, 'what the proxy reaches is not known');
  const beyond = reachName(world, there, name, () => true);
  return { ...beyond, way: `${way} > ${beyond.way}`, why: `by the proxy ${host}: ${beyond.why}` };
}
