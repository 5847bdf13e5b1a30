/**
 * Agents come Online and are lost on the twin's clock (docs/spec/twin.md, "Agents"). Nothing runs in the background: who
 * looks brings a Region's agents up to date first, which costs nothing unless something was changed or time has
 * passed.
 */
import { createHash } from 'node:crypto';
import { capturedAt, changesOf } from '../changes.ts';
import type { Piece, Snapshot, TwinState } from '../contract.ts';
import { nextEndpointChange, settleEndpoints } from '../services/ec2/endpoint-life.ts';
import { formatTime, informationOf } from './information.ts';
import {
  type AgentState,
  capturedInstance,
  judge,
  type Round,
  SERVICES,
  type Service,
  startRound,
  wasOnline,
} from './judge.ts';

const MINUTE = 60_000;
/** An agent reports every five minutes; without a report for as long it is ConnectionLost. */
const PING = 5 * MINUTE;
/** The state is looked at again after so long, whoever may have changed it. */
const LOOK_AGAIN = MINUTE;

/** A condition, and since when it has been as it is (ms). */
interface Condition {
  ok: boolean;
  since: number;
}

interface Memory {
  before: AgentState | undefined;
  credentials: Condition;
  network: Condition;
  online: boolean;
}

interface RegionMemory {
  instances: Map<string, Memory>;
  /** Accounts whose changes matter here. */
  asked: string[];
  changes: number;
  looked: number;
  /** When something happens by itself next. */
  due: number;
}

const memories = new WeakMap<Snapshot, Map<string, RegionMemory>>();

function memoryOf(state: TwinState, accountId: string, region: string): RegionMemory {
  let byRegion = memories.get(state.snapshot);
  if (!byRegion) {
    byRegion = new Map();
    memories.set(state.snapshot, byRegion);
  }
  const key = `${accountId}/${region}`;
  let memory = byRegion.get(key);
  if (!memory) {
    const looked = capturedAt(state);
    memory = { instances: new Map(), asked: [accountId], changes: -1, looked, due: 0 };
    byRegion.set(key, memory);
  }
  return memory;
}

/** Brings the managed nodes of an account's Region up to the twin's time. */
export function updateAgents(state: TwinState, accountId: string, region: string): void {
  const { Ec2 } = state.region(accountId, region);
  const instances: Piece[] = Ec2.Instances ?? [];
  settleEndpoints(state, accountId, region);
  if (instances.length === 0) return;
  const memory = memoryOf(state, accountId, region);
  for (const account of memory.asked) if (account !== accountId) settleEndpoints(state, account, region);
  const now = state.clock.now().getTime();
  const changes = changesOf(state, memory.asked);
  const isNew = changes.count !== memory.changes || now >= memory.due || now - memory.looked >= LOOK_AGAIN;
  if (!isNew) return;
  look(state, accountId, region, instances, memory, { now, changedAt: changes.at });
}

/** The agents of every Region of an account before it is changed: what was lost or found until now is noted. */
export function updateAccount(state: TwinState, accountId: string): void {
  const account = state.account(accountId);
  if (!account) return;
  const now = state.clock.now().getTime();
  for (const region of Object.keys(account.Regions)) {
    const known = memories.get(state.snapshot)?.get(`${accountId}/${region}`);
    if (known && now - known.looked < LOOK_AGAIN && now < known.due) continue;
    updateAgents(state, accountId, region);
  }
}

/** All of the organization, for a snapshot. */
export function updateAll(state: TwinState): void {
  for (const [accountId, account] of state.snapshot.accounts) {
    for (const region of Object.keys(account.Regions)) updateAgents(state, accountId, region);
  }
}

interface Moment {
  now: number;
  changedAt: number;
}

function look(
  state: TwinState,
  accountId: string,
  region: string,
  instances: readonly Piece[],
  memory: RegionMemory,
  moment: Moment,
): void {
  const round = startRound(state, accountId, region);
  // what came about since the last look did so with the last change, or unseen just after that look
  const flippedAt = Math.min(moment.now, Math.max(moment.changedAt, memory.looked));
  let due = Number.POSITIVE_INFINITY;
  for (const instance of instances) {
    const known = memory.instances.get(instance.InstanceId) ?? remember(round, instance, capturedAt(state));
    memory.instances.set(instance.InstanceId, known);
    const agent = judge(round, instance, known.before);
    turn(known.credentials, agent.credentials.ok, flippedAt);
    turn(known.network, agent.network.ok, flippedAt);
    const next = settle(known, agent, instance, moment.now, capturedAt(state));
    due = Math.min(due, next);
    report(round, instance, known, agent, moment.now);
  }
  // an owner outside the organization has no state here
  memory.asked = [accountId, ...round.world.asked].filter(
    (id, at, all) => state.account(id) && all.indexOf(id) === at,
  );
  for (const account of memory.asked) due = Math.min(due, nextEndpointChange(state, account, region));
  memory.due = Math.min(due, state.propagation.next(moment.now));
  memory.changes = changesOf(state, memory.asked).count;
  memory.looked = moment.now;
}

/** How the instance was when it was captured. */
function remember(round: Round, instance: Piece, at: number): Memory {
  const then = capturedInstance(round, instance.InstanceId);
  const agent = round.captured && then ? judge(round.captured, then, undefined) : undefined;
  const online = wasOnline(round, instance.InstanceId);
  return {
    before: online ? agent : undefined,
    credentials: { ok: online || (agent?.credentials.ok ?? false), since: at },
    network: { ok: online || (agent?.network.ok ?? false), since: at },
    online,
  };
}

function turn(condition: Condition, ok: boolean, at: number): void {
  if (condition.ok === ok) return;
  condition.ok = ok;
  condition.since = at;
}

/**
 * DHMC: "up to 30 minutes" until instances have its credentials (user guide); here 5 to 30, by instance. A profile's
 * credentials and a network path are noticed within 5. Credentials that are taken away last until they expire (an
 * hour at most; unverified for DHMC).
 */
function settle(
  memory: Memory,
  agent: AgentState,
  { InstanceId }: Piece,
  now: number,
  captured: number,
): number {
  const { credentials, network } = memory;
  if (credentials.ok && network.ok) {
    if (memory.online) return Number.POSITIVE_INFINITY;
    const byDhmc = agent.credentials.source === 'DHMC';
    const comes = Math.max(
      credentials.since + (byDhmc ? spread(InstanceId, 'dhmc', 5, 30) : spread(InstanceId, 'profile', 1, 5)),
      network.since + spread(InstanceId, 'network', 1, 5),
      Math.max(credentials.since, network.since) > captured ? 0 : captured + PING,
    );
    memory.online = now >= comes;
    return memory.online ? Number.POSITIVE_INFINITY : comes;
  }
  if (!memory.online) return Number.POSITIVE_INFINITY;
  const goes = Math.min(
    network.ok ? Number.POSITIVE_INFINITY : network.since + PING,
    credentials.ok ? Number.POSITIVE_INFINITY : credentials.since + spread(InstanceId, 'expiry', 30, 60),
  );
  memory.online = now < goes;
  return memory.online ? goes : Number.POSITIVE_INFINITY;
}

/** Minutes, the same for the same instance and purpose; in ms. */
function spread(instanceId: string, purpose: string, least: number, most: number): number {
  const value = createHash('sha256').update(`${instanceId}/${purpose}`).digest().readUInt32BE(0);
  return Math.round((least + (value / 2 ** 32) * (most - least)) * MINUTE);
}

/** Writes what SSM then knows of the instance. */
function report(
  { state, accountId, region, nodes }: Round,
  instance: Piece,
  memory: Memory,
  agent: AgentState,
  now: number,
): void {
  const { Ssm } = state.region(accountId, region);
  const node = nodes.get(instance.InstanceId);
  if (!memory.online) {
    if (node?.PingStatus === 'Online') {
      node.PingStatus = 'ConnectionLost';
      node.LastPingDateTime = formatTime(Math.min(now, lostAt(memory)));
    }
    return;
  }
  if (node?.PingStatus === 'Online') {
    const last = new Date(node.LastPingDateTime ?? now).getTime();
    const pings = Math.floor((now - last) / PING);
    if (pings > 0) node.LastPingDateTime = formatTime(last + pings * PING);
    return;
  }
  const information = {
    ...informationOf(instance, region, agent.agentVersion),
    ...node,
    AgentVersion: agent.agentVersion,
    PingStatus: 'Online',
    LastPingDateTime: formatTime(now),
  };
  if (node) Object.assign(node, information);
  else Ssm.InstanceInformationList.push(information);
}

function lostAt({ credentials, network }: Memory): number {
  return Math.min(
    network.ok ? Number.POSITIVE_INFINITY : network.since,
    credentials.ok ? Number.POSITIVE_INFINITY : credentials.since,
  );
}

/** An agent as it is, which no API reports, for tests. */
export interface AgentView {
  /** Known to SSM as Online now. */
  online: boolean;
  /** Everything allows it to be Online: it is, or will be when its delay is over. */
  allowed: boolean;
  credentialSource: 'INSTANCE_PROFILE' | 'DHMC' | 'NONE';
  names: Record<Service, 'reaches' | 'blocked' | 'unknown'>;
  why: string[];
}

/** Throws for an instance that isn't there. */
export function inspectAgent(
  state: TwinState,
  accountId: string,
  region: string,
  instanceId: string,
): AgentView {
  updateAgents(state, accountId, region);
  const instances: Piece[] = state.region(accountId, region).Ec2.Instances ?? [];
  const instance = instances.find((each) => each.InstanceId === instanceId);
  const memory = memoryOf(state, accountId, region).instances.get(instanceId);
  if (!instance || !memory)
    throw new Error(`account ${accountId} has no instance ${instanceId} in ${region}`);
  const { credentials, network, names } = judge(
    startRound(state, accountId, region),
    instance,
    memory.before,
  );
  return {
    online: memory.online,
    allowed: credentials.ok && network.ok,
    credentialSource: credentials.source,
    names: {
      ssm: names.ssm.verdict,
      ssmmessages: names.ssmmessages.verdict,
      ec2messages: names.ec2messages.verdict,
    },
    why: [
      credentials.why,
      network.why,
      ...SERVICES.map((service) => `${service}: ${names[service].way}: ${names[service].why}`),
    ],
  };
}
