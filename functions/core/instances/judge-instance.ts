/** The verdict on a running instance: docs/spec/decisions.md, "Instance verdicts", in its order. The first that applies. */

import type { Timestamp } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import type { InstancePath } from '../network/instance-path.ts';
import type { ReasonCode } from '../reasons.ts';
import { FIRST_AGENT_WITH_DHMC, isOlderAgent } from './agent-version.ts';
import { credentialSourceOf, lackingOf } from './credentials.ts';
import type {
  CredentialSource,
  InstanceDetail,
  InstanceVerdictCode,
  ProfileGrants,
  RecentChange,
} from './facts.ts';
import { isRecent } from './recent-changes.ts';

/** What counts for an instance besides itself. */
export interface InstanceContext {
  now: Date;
  /** null where the network was not read. */
  path: InstancePath | null;
  /** null where it has no profile. */
  profile: Read<ProfileGrants> | null;
  /** Whether role and setting of the target let DHMC give credentials. */
  dhmcInPlace: boolean;
  /** Of its target. */
  changes: readonly RecentChange[];
}

export interface InstanceVerdict {
  verdict: InstanceVerdictCode;
  /** What stands in the way, of section 4; `SESSIONS_BLOCKED` on a managed instance. */
  reason: ReasonCode | 'SESSIONS_BLOCKED' | null;
  /** null where the profile could not be read. */
  credentialSource: CredentialSource | null;
  /** AWAITED holds the target CONVERGING; NEITHER counts for nothing (a fresh launch, a service's instance). */
  counts: 'MANAGED' | 'UNMANAGED' | 'AWAITED' | 'NEITHER';
  /** What was seen. */
  sentence: string;
}

/** A launch gets this long before it counts. */
const LAUNCH_MILLISECONDS = 15 * 60_000;

type Told = Omit<InstanceVerdict, 'credentialSource'>;

export function judgeInstance(instance: InstanceDetail, context: InstanceContext): InstanceVerdict {
  const credentialSource = credentialSourceOf(context.profile);
  const told =
    standing(instance, context) ??
    inTheWay(instance, context, credentialSource) ??
    awaited(instance, context, credentialSource) ??
    silent(instance, context);
  return { ...told, credentialSource };
}

/** Whatever else there may be. */
function standing(instance: InstanceDetail, { profile, path }: InstanceContext): Told | null {
  if (instance.serviceManaged) {
    return { ...tell('SERVICE_MANAGED', 'An AWS service operates it.'), counts: 'NEITHER' };
  }
  const lacking = lackingOf(profile, instance.agentVersion);
  if (lacking.length > 0) {
    const role = profile?.kind === 'value' ? profile.value.roleArn : '';
    return tell('PROFILE_SUPPRESSES_DHMC', `Its role ${role} lacks ${lacking.join(' and ')}.`);
  }
  if (!instance.online) return null;
  const blocked = sessionBlock(path);
  return {
    ...tell('MANAGED', blocked ? 'Online, but ssmmessages is out of its reach.' : 'Online.'),
    reason: blocked ? 'SESSIONS_BLOCKED' : null,
    counts: 'MANAGED',
  };
}

/** Seen from here: a participant of a shared VPC sees too little of it to say so. */
function sessionBlock(path: InstancePath | null): boolean {
  if (!path || path.shared) return false;
  const { names } = path;
  return names.some(
    (name) => name.name === 'ssmmessages' && (name.path === 'NONE' || blocksOf(name.reasons).length > 0),
  );
}

function inTheWay(
  instance: InstanceDetail,
  { path, dhmcInPlace }: InstanceContext,
  source: CredentialSource | null,
): Told | null {
  if (!instance.imdsEnabled) return tell('IMDS_DISABLED', 'Its metadata service (HttpEndpoint) is disabled.');
  const obstacle = path ? obstacleOf(path) : null;
  if (obstacle) return obstacle;
  if (source !== 'DHMC') return null;
  if (!dhmcInPlace) {
    return tell('NO_CREDENTIALS', 'It would use DHMC, whose role or setting is not in place here.');
  }
  if (isOlderAgent(instance.agentVersion, FIRST_AGENT_WITH_DHMC)) {
    return tell(
      'AGENT_TOO_OLD',
      `Its agent ${instance.agentVersion} is older than ${FIRST_AGENT_WITH_DHMC}, which DHMC needs.`,
    );
  }
  return null;
}

function obstacleOf({ path, reasons, stops, names, shared }: InstancePath): Told | null {
  if (path === 'NONE' && !shared) {
    const reason = names.find((name) => name.path === 'NONE')?.reasons[0] ?? stops[0] ?? 'NO_PATH_TO_SSM';
    return tell('NO_PATH', `No way leads to ${missingNames(names)}.`, reason);
  }
  const [reason] = blocksOf(reasons);
  if (reason === undefined) return null;
  const where = names.filter((name) => name.reasons.includes(reason)).map(({ name }) => name);
  return tell('PATH_BLOCKED', `Its way to ${where.join(', ') || 'Systems Manager'} is blocked.`, reason);
}

function missingNames(names: InstancePath['names']): string {
  return names
    .filter(({ path }) => path === 'NONE')
    .map(({ name }) => name)
    .join(', ');
}

/** An endpoint that is being made is waited for, not held against the path. */
function blocksOf(reasons: ReasonCode[]): ReasonCode[] {
  return reasons.filter((code) => code !== 'ENDPOINT_PENDING');
}

/** A setting or role matters to an instance that uses DHMC, a path to every one. */
function awaited(
  instance: InstanceDetail,
  { now, path, changes }: InstanceContext,
  source: CredentialSource | null,
): Told | null {
  if (path?.reasons.includes('ENDPOINT_PENDING')) {
    const told = tell('AWAITING_AGENT', 'Its endpoint is being made.', 'ENDPOINT_PENDING');
    return { ...told, counts: 'AWAITED' };
  }
  const last = latest(
    changes.filter(
      (change) => isRecent(change, now) && (change.what === 'PATH' || source !== 'INSTANCE_PROFILE'),
    ),
  );
  if (last) {
    return { ...tell('AWAITING_AGENT', `${CHANGED[last.what]} at ${last.at}.`), counts: 'AWAITED' };
  }
  if (!isLaunching(instance.launchedAt, now)) return null;
  return { ...tell('AWAITING_AGENT', `It was launched at ${instance.launchedAt}.`), counts: 'NEITHER' };
}

const CHANGED: Record<RecentChange['what'], string> = {
  SETTING: 'The setting was changed',
  ROLE: 'The DHMC role was changed',
  PATH: 'Endpoints were changed',
};

function latest(changes: RecentChange[]): RecentChange | undefined {
  return [...changes].sort((one, other) => Date.parse(other.at) - Date.parse(one.at))[0];
}

function isLaunching(launchedAt: Timestamp | null, now: Date): boolean {
  return launchedAt !== null && now.getTime() - Date.parse(launchedAt) < LAUNCH_MILLISECONDS;
}

function silent({ statusCheckFailed, node }: InstanceDetail, { path }: InstanceContext): Told {
  if (statusCheckFailed) return tell('STATUS_CHECK_FAILED', 'A status check of EC2 fails.');
  if (node)
    return tell('CONNECTION_LOST', `Its agent last reported at ${node.lastPingAt ?? 'no known time'}.`);
  if (!path || path.path === 'UNKNOWN' || path.path === 'NONE') {
    const reason = path?.shared ? 'VPC_OWNER_MANAGED' : null;
    return tell('PATH_UNKNOWN', 'Its agent never reported, and its path is not known.', reason);
  }
  return tell('AGENT_SILENT', 'All that can be seen is in place, but its agent never reported.');
}

function tell(
  verdict: InstanceVerdictCode,
  sentence: string,
  reason: InstanceVerdict['reason'] = null,
): Told {
  return { verdict, sentence, reason, counts: 'UNMANAGED' };
}
