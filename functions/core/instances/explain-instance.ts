/** One instance, explained: its verdict, the chain to the API, and the one next step. */
import type { RegionObservation } from '../model/observation.ts';
import type { AccountId } from '../model/primitives.ts';
import type { RoleAssessment } from '../model/result.ts';
import type { ClientPath } from '../network/instance-path.ts';
import { REASONS, type ReasonCode } from '../reasons.ts';
import { type Advice, adviseInstance, adviseToStart } from './advice.ts';
import { type ChainLink, chainOf } from './chain.ts';
import { lackingOf } from './credentials.ts';
import type { InstanceDetail, InstancesObservation } from './facts.ts';
import { type InstanceVerdict, unreadOf } from './judge-instance.ts';
import { regionSessionLogging } from './logging-gaps.ts';
import { hybridNodeOf, judgeInstanceOf, profileOf, type RegionInstancesContext } from './region-instances.ts';
import type { SessionLogging } from './session-logging.ts';

export interface InstanceExplanation {
  instanceId: string;
  vpcId: string;
  subnetId: string;
  /** null for one that does not run: it counts for nothing. */
  verdict: InstanceVerdict['verdict'] | null;
  reason: InstanceVerdict['reason'];
  credentialSource: InstanceVerdict['credentialSource'];
  /** What decided. */
  sentence: string;
  chain: ChainLink[];
  /** Of the Region; null where sessions are logged nowhere, or no role is set. */
  sessionLogging: SessionLogging | null;
  next: Advice;
}

export interface ExplainContext {
  partition: string;
  accountId: AccountId;
  role: RoleAssessment;
  seen: RegionObservation;
  /** Of the instance; null where its path was not judged. */
  path: ClientPath | null;
  /** IPv4 blocks of its VPC. */
  vpcCidrs: string[];
}

export function explainInstance(
  instance: InstanceDetail,
  grounds: RegionInstancesContext,
  context: ExplainContext,
): InstanceExplanation {
  const { instanceId, vpcId, subnetId, profileArn } = instance;
  const { profiles, hybridNodes }: Pick<InstancesObservation, 'profiles' | 'hybridNodes'> =
    context.seen.instances?.kind === 'value'
      ? context.seen.instances.value
      : { profiles: {}, hybridNodes: [] };
  const verdict = judgeInstanceOf(instance, { profiles, hybridNodes }, grounds);
  const profile = profileOf(profileArn, profiles);
  const hybridNode = hybridNodeOf(instance, hybridNodes);
  const chain = chainOf({
    instance,
    verdict,
    path: context.path,
    shared: grounds.paths.get(instanceId)?.shared ?? false,
    profile,
    setting: context.seen.setting,
    role: context.role,
    dhmcInPlace: grounds.dhmcInPlace,
    dhmcQuestions: grounds.dhmcQuestions,
    dhmcPermissions: grounds.dhmcPermissions,
  });
  const place = {
    region: context.seen.region,
    partition: context.partition,
    accountId: context.accountId,
  };
  const sessionLogging = regionSessionLogging(context.seen, place);
  if (instance.state !== 'running') {
    return {
      ...{ instanceId, vpcId, subnetId },
      verdict: null,
      reason: null,
      credentialSource: null,
      sentence: 'It does not run. An instance that is stopped counts as no failure.',
      chain: chain.slice(0, 1),
      sessionLogging,
      next: adviseToStart(instance, place),
    };
  }
  const roleArn = profile?.kind === 'value' ? profile.value.roleArn : null;
  // A rule that is kept to the VPC opens nothing for a name that leads out of it.
  const staysInVpc = context.path?.names.every(({ resolvesTo }) => resolvesTo === 'endpoint') ?? false;
  return {
    ...{ instanceId, vpcId, subnetId },
    verdict: verdict.verdict,
    reason: verdict.reason,
    credentialSource: verdict.credentialSource,
    sentence: verdict.sentence,
    chain,
    sessionLogging,
    next: adviseInstance(verdict.verdict, instance, {
      ...place,
      reasons: reasonsOf(verdict, context.path),
      unread: unreadOf(grounds.paths.get(instanceId)?.unread ?? []),
      missingActions: lackingOf(profile, instance.agentVersion),
      ...(hybridNode ? { hybridNodeId: hybridNode.nodeId } : {}),
      ...(roleArn ? { profileRoleName: roleArn.split('/').at(-1) } : {}),
      ...(staysInVpc && context.vpcCidrs.length > 0 ? { destinations: context.vpcCidrs } : {}),
    }),
  };
}

/** What decided first, then whatever else is on its path. */
function reasonsOf({ verdict, reason }: InstanceVerdict, path: ClientPath | null): ReasonCode[] {
  if (verdict === 'MANAGED' && reason === null) return [];
  const first = reason !== null && isReason(reason) ? [reason] : [];
  return [...new Set([...first, ...(path?.reasons ?? [])])];
}

function isReason(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}
