/** All instances of a target: their verdicts, counted exactly and named up to a limit, and what they make of it. */
import type { OverridableSettings, Waiver } from '../model/configuration.ts';
import type { ActionDecision } from '../model/permissions.ts';
import type { AccountId, Region } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import type { Finding, InstanceResult, TargetInstances } from '../model/result.ts';
import { isIgnored } from '../network/clients.ts';
import type { InstancePath } from '../network/instance-path.ts';
import type { NoteCode } from '../reasons.ts';
import { instanceWaiver, waivedBy } from '../waivers.ts';
import { adviseInstance } from './advice.ts';
import { lackingOf } from './credentials.ts';
import {
  INSTANCE_VERDICTS,
  type InstanceDetail,
  type InstancesObservation,
  type InstanceVerdictCode,
  type NodeFacts,
  type ProfileGrants,
  type RecentChange,
} from './facts.ts';
import { type InstanceVerdict, judgeInstance, unreadOf } from './judge-instance.ts';

export const NO_INSTANCES: TargetInstances = {
  running: 0,
  stopped: 0,
  managed: 0,
  byVerdict: {},
  hybridNodes: 0,
  expiredActivations: [],
  verdicts: [],
};

export interface RegionInstancesContext {
  now: Date;
  accountId: AccountId;
  region: Region;
  partition: string;
  settings: Pick<OverridableSettings, 'instancesCount' | 'namedInstances'>;
  paths: ReadonlyMap<string, InstancePath>;
  dhmcInPlace: boolean;
  /** What is not known of DHMC's credentials, as a sentence continues after "not known: ". */
  dhmcQuestions: readonly string[];
  /** Of the role that the setting names; null where it was not asked. */
  dhmcPermissions: Read<ActionDecision[]> | null;
  changes: readonly RecentChange[];
  /** Those that hold in this Region of the account. */
  waivers?: readonly Waiver[];
}

export interface RegionInstances {
  instances: TargetInstances;
  findings: Finding[];
  notes: NoteCode[];
}

interface Judged {
  instance: InstanceDetail;
  verdict: InstanceVerdict;
}

export function judgeRegionInstances(
  seen: InstancesObservation,
  context: RegionInstancesContext,
): RegionInstances {
  const { paths, settings } = context;
  const taking = (instance: InstanceDetail) =>
    !isIgnored(instance.tags) && paths.get(instance.instanceId)?.ignored !== true;
  const counted = seen.instances.filter(taking);
  const judged = counted
    .filter(({ state }) => state === 'running')
    .sort((one, other) => (one.instanceId < other.instanceId ? -1 : 1))
    .map((instance) => ({ instance, verdict: judgeInstanceOf(instance, seen, context) }));
  const own = judged.filter(({ verdict }) => verdict.verdict !== 'SERVICE_MANAGED');
  return {
    instances: {
      running: own.length,
      stopped: counted.filter(({ state }) => state === 'stopped').length,
      managed: own.filter(({ verdict }) => verdict.verdict === 'MANAGED').length,
      byVerdict: countVerdicts(judged),
      hybridNodes: seen.hybridNodes.length,
      expiredActivations: expiredOf(seen),
      verdicts: nameFirst(judged, settings.namedInstances, (one) => adviceOn(one, seen, context)),
    },
    findings: settings.instancesCount ? findingsOf(own, context.waivers ?? []) : [],
    notes: notesOf(seen, judged, counted.length),
  };
}

/** The verdict on one running instance. */
export function judgeInstanceOf(
  instance: InstanceDetail,
  { profiles, hybridNodes }: Pick<InstancesObservation, 'profiles' | 'hybridNodes'>,
  { now, paths, dhmcInPlace, dhmcQuestions, dhmcPermissions, changes }: RegionInstancesContext,
): InstanceVerdict {
  const { instanceId, profileArn } = instance;
  return judgeInstance(instance, {
    now,
    path: paths.get(instanceId) ?? null,
    profile: profileOf(profileArn, profiles),
    dhmcInPlace,
    dhmcQuestions,
    dhmcPermissions,
    hybridNode: hybridNodeOf(instance, hybridNodes),
    changes,
  });
}

/** What its profile grants; null where it has none. */
export function profileOf(
  profileArn: string | null,
  profiles: InstancesObservation['profiles'],
): Read<ProfileGrants> | null {
  return profileArn === null ? null : (profiles[profileArn] ?? UNREAD);
}

/** A hybrid node that is Online with the address of the instance. */
export function hybridNodeOf(
  { privateIp }: InstanceDetail,
  hybridNodes: readonly NodeFacts[],
): NodeFacts | null {
  return (
    hybridNodes.find(
      ({ address, pingStatus }) => pingStatus === 'Online' && address !== null && address === privateIp,
    ) ?? null
  );
}

const UNREAD: Read<ProfileGrants> = {
  kind: 'failed',
  failure: { kind: 'UNEXPECTED', action: 'iam:GetInstanceProfile', code: 'NotRead', message: 'not read' },
};

/** In the order of the table. */
function countVerdicts(judged: Judged[]): TargetInstances['byVerdict'] {
  const counts = new Map<InstanceVerdictCode, number>();
  for (const { verdict } of judged) counts.set(verdict.verdict, (counts.get(verdict.verdict) ?? 0) + 1);
  return Object.fromEntries(
    INSTANCE_VERDICTS.flatMap((code) => {
      const count = counts.get(code);
      return count === undefined ? [] : [[code, count]];
    }),
  );
}

const RANK: Record<InstanceVerdict['counts'], number> = { UNMANAGED: 0, AWAITED: 1, NEITHER: 2, MANAGED: 3 };

/** Unmanaged ones first, each kind together, so that a cut leaves what is worth a look. */
function nameFirst(judged: Judged[], most: number, advise: (one: Judged) => string | null): InstanceResult[] {
  const rank = ({ verdict }: Judged) =>
    RANK[verdict.counts] * INSTANCE_VERDICTS.length + INSTANCE_VERDICTS.indexOf(verdict.verdict);
  return judged
    .map((one) => ({ ...one, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map((one) => ({ ...one, advice: advise(one) }))
    .map(({ instance, verdict, advice }) => ({
      instanceId: instance.instanceId,
      verdict: verdict.verdict,
      reason: verdict.reason,
      credentialSource: verdict.credentialSource,
      advice,
    }));
}

/** The next step in one sentence; null where there is none. */
function adviceOn(
  { instance, verdict }: Judged,
  { profiles, hybridNodes }: InstancesObservation,
  { region, partition, accountId, paths }: RegionInstancesContext,
): string | null {
  if (verdict.verdict === 'SERVICE_MANAGED' || (verdict.verdict === 'MANAGED' && verdict.reason === null)) {
    return null;
  }
  const { reason } = verdict;
  const profile = profileOf(instance.profileArn, profiles);
  const hybridNode = hybridNodeOf(instance, hybridNodes);
  const roleArn = profile?.kind === 'value' ? profile.value.roleArn : null;
  return adviseInstance(verdict.verdict, instance, {
    region,
    partition,
    accountId,
    reasons: [
      ...(reason === null || reason === 'SESSIONS_BLOCKED' ? [] : [reason]),
      ...(paths.get(instance.instanceId)?.reasons.filter((code) => code !== reason) ?? []),
    ],
    missingActions: lackingOf(profile, instance.agentVersion),
    unread: unreadOf(paths.get(instance.instanceId)?.unread ?? []),
    ...(hybridNode === null ? {} : { hybridNodeId: hybridNode.nodeId }),
    ...(roleArn === null ? {} : { profileRoleName: roleArn.split('/').at(-1) }),
  }).summary;
}

/** INSTANCE_UNMANAGED is waived only where every unmanaged instance is. */
function findingsOf(own: Judged[], waivers: readonly Waiver[]): Finding[] {
  const all = own.filter(({ verdict }) => verdict.counts === 'UNMANAGED');
  const waiverOf = ({ instance, verdict }: Judged) => instanceWaiver(waivers, instance, verdict.verdict);
  const open = all.filter((one) => waiverOf(one) === null);
  const [first] = open.length === 0 ? all : [];
  const waiver = first ? waiverOf(first) : null;
  const unmanaged = waiver ? all : open;
  const others = all.length - unmanaged.length;
  const awaited = own.filter(({ verdict }) => verdict.counts === 'AWAITED');
  const findings: Finding[] = [];
  if (unmanaged.length > 0) {
    findings.push({
      code: 'INSTANCE_UNMANAGED',
      subject: null,
      sentence: `${unmanaged.length} of ${own.length} running instances ${unmanaged.length === 1 ? 'is' : 'are'} not managed: ${kindsOf(unmanaged)}.${others > 0 ? ` ${others} more are waived.` : ''}`,
      ...(waiver ? { waived: waivedBy(waiver) } : {}),
    });
  }
  if (awaited.length > 0) {
    findings.push({
      code: 'AWAITING_AGENT',
      subject: null,
      sentence: `${awaited.length} of ${own.length} running instances ${awaited.length === 1 ? 'has' : 'have'} yet to pick up a change: ${few(awaited)}. ${awaited[0]?.verdict.sentence}`,
    });
  }
  return findings;
}

/** `2 NO_PATH (i-1, i-2), 1 AGENT_SILENT (i-3)`. */
function kindsOf(judged: Judged[]): string {
  return INSTANCE_VERDICTS.flatMap((code) => {
    const some = judged.filter(({ verdict }) => verdict.verdict === code);
    return some.length === 0 ? [] : [`${some.length} ${code} (${few(some)})`];
  }).join(', ');
}

function few(judged: Judged[]): string {
  const ids = judged.map(({ instance }) => instance.instanceId);
  return ids.length <= 3 ? ids.join(', ') : `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`;
}

function expiredOf({ activations }: InstancesObservation): string[] {
  if (activations?.kind !== 'value') return [];
  return activations.value
    .filter(({ expired }) => expired)
    .map(({ activationId }) => activationId)
    .sort();
}

function notesOf(seen: InstancesObservation, judged: Judged[], counted: number): NoteCode[] {
  const notes: NoteCode[] = [];
  if (counted < seen.instances.length) notes.push('IGNORED_BY_TAG');
  if (judged.some(({ verdict }) => verdict.reason === 'SESSIONS_BLOCKED')) notes.push('SESSIONS_BLOCKED');
  if (judged.some(usesDhmcBesideProfile)) notes.push('PROFILE_WITHOUT_SSM');
  if (seen.hybridNodes.length > 0) notes.push('HYBRID_NODES_NOT_COVERED');
  const failed =
    seen.statusFailure !== null ||
    seen.activations?.kind === 'failed' ||
    judged.some(({ verdict }) => verdict.credentialSource === null);
  if (failed) notes.push('INSTANCE_FACTS_INCOMPLETE');
  return notes;
}

function usesDhmcBesideProfile({ instance, verdict }: Judged): boolean {
  return instance.profileArn !== null && verdict.credentialSource === 'DHMC' && verdict.counts !== 'NEITHER';
}
