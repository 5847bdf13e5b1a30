/**
 * Agents kept current by a State Manager association (docs/spec/decisions.md, "Agent updates"): whether a Region has one
 * that updates every node, and the one that this service would make. Source: Systems Manager user guide, "Automating
 * updates to SSM Agent" (document AWS-UpdateSSMAgent), "Understanding targets and rate controls in State Manager
 * associations" (`InstanceIds` with `*` are all managed nodes, hybrid ones included; up to 50 ids can be named).
 */
import type { AssociationFacts } from './associations.ts';
import type { InstanceDetail } from './instances/facts.ts';
import { loggingGaps } from './instances/logging-gaps.ts';
import type { Configuration } from './model/configuration.ts';
import type { RegionObservation } from './model/observation.ts';
import { isIgnored } from './network/clients.ts';
import { joinNetwork } from './network/network.ts';
import type { NoteCode } from './reasons.ts';

export const UPDATE_DOCUMENT = 'AWS-UpdateSSMAgent';
/** Names of ours; the change's id follows. */
export const UPDATE_NAME = 'dhmc-rollout-agents-';
/** As Quick Setup offers it: "Update Systems Manager (SSM) Agent every two weeks". */
export const UPDATE_SCHEDULE = 'rate(14 days)';
/** API reference, Target: "Values ... Array Members: Minimum number of 0 items. Maximum number of 50 items." */
const MOST_TARGETS = 50;

export type AgentUpdatesJudgement =
  | { kind: 'none'; notes: NoteCode[] }
  /** Targets of the association to make: `*`, or ids. */
  | { kind: 'associate'; notes: NoteCode[]; instanceIds: string[] };

const nothing = (...notes: NoteCode[]): AgentUpdatesJudgement => ({ kind: 'none', notes });

export function judgeAgentUpdates(
  seen: Pick<RegionObservation, 'associations' | 'instances' | 'network'>,
  { agentUpdates }: Pick<Configuration, 'agentUpdates'>,
): AgentUpdatesJudgement {
  if (agentUpdates === 'off' || seen.instances?.kind !== 'value' || seen.associations === null) {
    return nothing();
  }
  const { instances, hybridNodes } = seen.instances.value;
  const managed = instances.filter(({ node }) => node !== null);
  if (managed.length === 0) return nothing();
  if (seen.associations.kind !== 'value') return nothing('AGENT_UPDATES_UNKNOWN');
  const updates = seen.associations.value.filter(({ documentName }) => documentName === UPDATE_DOCUMENT);
  const ours = updates.filter(isOurs);
  if (updates.some((one) => !isOurs(one) && reachesAll(one, managed))) {
    return nothing('AGENT_UPDATES_BY_OTHERS');
  }
  if (ours.length === 0 && agentUpdates === 'report') return nothing('AGENT_UPDATES_MISSING');
  const targets = targetsOf(managed, hybridNodes.length > 0, withoutS3(seen.network));
  if (ours.length > 0) {
    const named = namedBy(ours);
    if (targets === null && !named.has('*')) return nothing('AGENT_UPDATES_LEFT_OUT');
    return isCurrent(named, targets ?? [], managed) ? nothing() : nothing('AGENT_UPDATES_OUTDATED');
  }
  if (targets === null) return nothing('AGENT_UPDATES_MISSING', 'AGENT_UPDATES_LEFT_OUT');
  return targets.length === 0
    ? nothing()
    : { kind: 'associate', notes: ['AGENT_UPDATES_MISSING'], instanceIds: targets };
}

export function isOurs({ associationName }: Pick<AssociationFacts, 'associationName'>): boolean {
  return associationName?.startsWith(UPDATE_NAME) ?? false;
}

/** Whom ours name, as far as they have a schedule. */
function namedBy(ours: readonly AssociationFacts[]): ReadonlySet<string> {
  return new Set(
    ours
      .filter(({ schedule }) => schedule !== null)
      .flatMap(({ targets }) => targets)
      .flatMap(({ key, values }) => (key === 'InstanceIds' ? values : [])),
  );
}

/** Whether ours name whom they would name today; who does not reach S3 any more may stay named. */
function isCurrent(
  named: ReadonlySet<string>,
  targets: readonly string[],
  managed: readonly InstanceDetail[],
): boolean {
  if (targets.includes('*'))
    return named.has('*') || managed.every(({ instanceId }) => named.has(instanceId));
  return !named.has('*') && targets.every((id) => named.has(id));
}

/** On a schedule, and on all nodes, or by id on each of those that are here. */
function reachesAll({ targets, schedule }: AssociationFacts, managed: readonly InstanceDetail[]): boolean {
  if (schedule === null) return false;
  const ids = new Set(targets.filter(({ key }) => key === 'InstanceIds').flatMap(({ values }) => values));
  return ids.has('*') || managed.every(({ instanceId }) => ids.has(instanceId));
}

/** Subnets from which the agent's S3 bucket is seen not to be reached; where nothing was read, none is. */
function withoutS3(network: RegionObservation['network']): ReadonlySet<string> {
  if (network === null) return new Set();
  return new Set(loggingGaps(joinNetwork(network), ['s3']).map(({ subnetId }) => subnetId));
}

/**
 * All nodes, unless some are not ours to touch or cannot load the agent: then each of the others by id, as long as an
 * association takes so many. null: none can be named.
 */
function targetsOf(
  managed: readonly InstanceDetail[],
  hasHybridNodes: boolean,
  blocked: ReadonlySet<string>,
): string[] | null {
  const ours = managed.filter(({ tags }) => !isIgnored(tags));
  const able = ours.filter(({ subnetId }) => subnetId === null || !blocked.has(subnetId));
  if (!hasHybridNodes && able.length === managed.length) return ['*'];
  if (ours.length > 0 && able.length === 0) return null;
  return able.length > MOST_TARGETS ? null : able.map(({ instanceId }) => instanceId).sort();
}
