/** The verdict on a running instance: docs/spec/decisions.md, "Instance verdicts", in its order. The first that applies. */

import type { ActionDecision } from '../model/permissions.ts';
import type { Timestamp } from '../model/primitives.ts';
import type { Failure, Read } from '../model/reads.ts';
import { isBlock } from '../network/evidence.ts';
import { causesOf } from '../network/findings.ts';
import type { InstancePath } from '../network/instance-path.ts';
import type { ReasonCode } from '../reasons.ts';
import { denialsSentence, isPingKnown, roleDenials } from '../role-permissions.ts';
import { FIRST_AGENT_WITH_DHMC, isOlderAgent } from './agent-version.ts';
import { credentialSourceOf, lackingOf, profileDenials } from './credentials.ts';
import type {
  CredentialSource,
  InstanceDetail,
  InstanceVerdictCode,
  NodeFacts,
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
  /** What is not known of DHMC's credentials. */
  dhmcQuestions: readonly string[];
  /** Of the role that the setting names; null where it was not asked. */
  dhmcPermissions: Read<ActionDecision[]> | null;
  /** A hybrid node that is Online with the instance's address. */
  hybridNode: NodeFacts | null;
  /** Of its target. */
  changes: readonly RecentChange[];
}

export interface InstanceVerdict {
  verdict: InstanceVerdictCode;
  /** What is in the way, of section 4; `SESSIONS_BLOCKED` on a managed instance. */
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

type VerdictDraft = Omit<InstanceVerdict, 'credentialSource'>;

export function judgeInstance(instance: InstanceDetail, context: InstanceContext): InstanceVerdict {
  const credentialSource = credentialSourceOf(context.profile);
  const draft =
    settledVerdict(instance, context) ??
    obstacleVerdict(instance, context, credentialSource) ??
    pendingVerdict(instance, context, credentialSource) ??
    unexplainedVerdict(instance, context, credentialSource);
  return { ...nameHybridNode(draft, context), credentialSource };
}

/**
 * Two machines may have one private address, so the node is most likely, not surely, this instance: then its agent is
 * registered by an activation, and DHMC has no part in it.
 */
function nameHybridNode(draft: VerdictDraft, { hybridNode }: InstanceContext): VerdictDraft {
  if (hybridNode === null || draft.counts === 'MANAGED' || draft.verdict === 'SERVICE_MANAGED') return draft;
  const seen = `The hybrid node ${hybridNode.nodeId} is Online with its address: most likely its agent is registered by an activation, and then it does not use DHMC.`;
  return { ...draft, sentence: `${draft.sentence} ${seen}` };
}

/** Whatever else there may be. */
function settledVerdict(instance: InstanceDetail, { profile, path }: InstanceContext): VerdictDraft | null {
  if (instance.serviceManaged) {
    return { ...verdictOf('SERVICE_MANAGED', 'An AWS service operates it.'), counts: 'NEITHER' };
  }
  const lacking = lackingOf(profile, instance.agentVersion);
  if (lacking.length > 0) {
    const role = profile?.kind === 'value' ? profile.value.roleArn : '';
    const denials = profileDenials(profile, lacking);
    return verdictOf(
      'PROFILE_SUPPRESSES_DHMC',
      denials.length > 0
        ? `${denialsSentence(`Its role ${role}`, denials)}.`
        : `Its role ${role} lacks ${lacking.join(' and ')}.`,
    );
  }
  if (!instance.online) return null;
  const blocked = sessionBlock(path);
  return {
    ...verdictOf('MANAGED', blocked ? `Online, but ${whyNoSessions(blocked)}` : 'Online.'),
    reason: blocked ? 'SESSIONS_BLOCKED' : null,
    counts: 'MANAGED',
  };
}

/** Seen from here: a participant of a shared VPC sees too little of it to say so. */
function sessionBlock(path: InstancePath | null): InstancePath['names'][number] | undefined {
  if (!path || path.shared) return undefined;
  return path.names.find(
    (name) => name.name === 'ssmmessages' && (name.path === 'NONE' || blocksOf(name.reasons).length > 0),
  );
}

function whyNoSessions(name: InstancePath['names'][number]): string {
  const [block] = blocksOf(name.reasons);
  if (block === undefined) return `it has no path to ssmmessages.${whyNone([name])}`;
  return `its path to ssmmessages is blocked. ${causesOf([name], block).join(' ')}`.trim();
}

function obstacleVerdict(
  instance: InstanceDetail,
  { path, dhmcInPlace, dhmcPermissions }: InstanceContext,
  source: CredentialSource | null,
): VerdictDraft | null {
  if (!instance.imdsEnabled)
    return verdictOf('IMDS_DISABLED', 'Its metadata service (HttpEndpoint) is disabled.');
  const obstacle = path ? obstacleOf(path) : null;
  if (obstacle) return obstacle;
  if (source !== 'DHMC') return null;
  if (!dhmcInPlace) {
    return verdictOf('NO_CREDENTIALS', 'It would use DHMC, whose role or setting is not in place here.');
  }
  const denials = roleDenials(dhmcPermissions, { policiesMissing: false });
  if (denials.length > 0) return verdictOf('API_DENIED', `${denialsSentence('The DHMC role', denials)}.`);
  if (isOlderAgent(instance.agentVersion, FIRST_AGENT_WITH_DHMC)) {
    return verdictOf(
      'AGENT_TOO_OLD',
      `Its agent ${instance.agentVersion} is older than ${FIRST_AGENT_WITH_DHMC}, which DHMC needs.`,
    );
  }
  return null;
}

function obstacleOf({ path, reasons, stops, names, shared }: InstancePath): VerdictDraft | null {
  if (path === 'NONE' && !shared) {
    const reason = names.find((name) => name.path === 'NONE')?.reasons[0] ?? stops[0] ?? 'NO_PATH_TO_SSM';
    return verdictOf('NO_PATH', `No path leads to ${missingNames(names)}.${whyNone(names)}`, reason);
  }
  // What a participant of a shared VPC lacks may be its owner's, whom it does not see; its own filters it sees.
  const [reason] = blocksOf(shared ? reasons.filter(isBlock) : reasons);
  if (reason === undefined) return null;
  const blocked = names.filter((name) => name.reasons.includes(reason));
  const where = blocked.map(({ name }) => name).join(', ') || 'Systems Manager';
  const seen = causesOf(blocked.slice(0, 1), reason).join(' ');
  return verdictOf('PATH_BLOCKED', `Its path to ${where} is blocked. ${seen}`.trim(), reason);
}

/** Where the route of the first name without a path ends. */
function whyNone(names: InstancePath['names']): string {
  const seen = names.find(({ path }) => path === 'NONE')?.facts.at(-1)?.sentence;
  return seen === undefined ? '' : ` ${seen}`;
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
function pendingVerdict(
  instance: InstanceDetail,
  { now, path, changes }: InstanceContext,
  source: CredentialSource | null,
): VerdictDraft | null {
  if (path?.reasons.includes('ENDPOINT_PENDING')) {
    const draft = verdictOf('AWAITING_AGENT', 'Its endpoint is being made.', 'ENDPOINT_PENDING');
    return { ...draft, counts: 'AWAITED' };
  }
  const last = latest(
    changes.filter(
      (change) => isRecent(change, now) && (change.what === 'PATH' || source !== 'INSTANCE_PROFILE'),
    ),
  );
  if (last) {
    return { ...verdictOf('AWAITING_AGENT', `${CHANGED[last.what]} at ${last.at}.`), counts: 'AWAITED' };
  }
  if (!isLaunching(instance.launchedAt, now)) return null;
  return { ...verdictOf('AWAITING_AGENT', `It was launched at ${instance.launchedAt}.`), counts: 'NEITHER' };
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

function unexplainedVerdict(
  { statusChecks, node }: InstanceDetail,
  context: InstanceContext,
  source: CredentialSource | null,
): VerdictDraft {
  if (statusChecks === 'FAILED') return verdictOf('STATUS_CHECK_FAILED', 'A status check of EC2 fails.');
  if (node)
    return verdictOf('CONNECTION_LOST', `Its agent last reported at ${node.lastPingAt ?? 'no known time'}.`);
  const { path } = context;
  if (!path || path.path === 'UNKNOWN' || path.path === 'NONE') {
    const reason = path?.shared ? 'VPC_OWNER_MANAGED' : null;
    return verdictOf(
      'PATH_UNKNOWN',
      `Its agent never reported, and its path is not known${whyUnread(path)}.`,
      reason,
    );
  }
  return verdictOf('AGENT_SILENT', silenceSentence(context, source, statusChecks !== 'PASSED'));
}

function whyUnread(path: InstancePath | null): string {
  const reads = unreadOf(path?.unread ?? []);
  return reads.length > 0 ? `: ${reads.join(', ')}` : '';
}

/** `ec2:DescribeSubnets failed with UnauthorizedOperation`. */
export function unreadOf(failures: readonly Failure[]): string[] {
  return failures.map(({ action, code }) => `${action} failed with ${code}`);
}

/** Claims that all conditions are met only where nothing is unknown. */
function silenceSentence(
  { dhmcPermissions, dhmcQuestions, hybridNode, path }: InstanceContext,
  source: CredentialSource | null,
  isStatusUnknown: boolean,
): string {
  // What that node means is said beside it.
  if (hybridNode) return 'Its agent never reported as this instance.';
  const unknown = [
    ...(source === null ? ['what its instance profile grants'] : []),
    ...(source === 'DHMC' ? dhmcQuestions : []),
    ...(path?.isPolicyUndecided
      ? ['whether the policy of its endpoint, which has conditions, lets it through']
      : []),
    ...(path && path.unseenCentral.length > 0
      ? [`whether the central endpoints of ${path.unseenCentral.join(', ')} admit it`]
      : []),
    ...(isStatusUnknown ? ["whether EC2's status checks pass"] : []),
    ...(source === 'DHMC' && !isPingKnown(dhmcPermissions)
      ? ['whether service control policies and boundaries let its role call Systems Manager']
      : []),
  ];
  return unknown.length === 0
    ? 'All conditions are met, but its agent never reported.'
    : `Nothing was found that keeps its agent away, but it never reported; not known: ${unknown.join(', ')}.`;
}

function verdictOf(
  verdict: InstanceVerdictCode,
  sentence: string,
  reason: InstanceVerdict['reason'] = null,
): VerdictDraft {
  return { verdict, sentence, reason, counts: 'UNMANAGED' };
}
