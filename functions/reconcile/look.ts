/**
 * The look at an account, the same for a run in any mode, after a rollback, and for `dhmc explain`: what is there,
 * and what is wrong with it. Nothing is changed.
 */

import type { MemberRole } from '../aws/assume-role.ts';
import type { ReadMemory } from '../aws/read-memory.ts';
import { type AccountAssessment, assessAccount } from '../core/assess.ts';
import type { AssessmentContext } from '../core/assessment-context.ts';
import { type MemberRoleKind, memberRoleName } from '../core/member-role.ts';
import type { Plan } from '../core/model/change.ts';
import type { AccountObservation } from '../core/model/observation.ts';
import type { AccountId, Timestamp } from '../core/model/primitives.ts';
import { valuesOf } from '../core/network/network.ts';
import type { PlannedChange } from '../core/planned.ts';
import { ownTagsOf } from '../core/tags.ts';
import { type ObserveContext, type Observed, observeAccount } from './observe.ts';
import { sessionsOfOthers } from './other-accounts.ts';
import { assessToPlan } from './plan-of-account.ts';

/** What an account's look is given, whoever looks. */
export interface LookContext extends Omit<ObserveContext, 'reader' | 'sessionOf'> {
  partition: string;
  /** Of the session in each account that is entered. */
  sessionName: string;
  /** The run's id where changes are made; a constant where they are only shown. */
  changeSeed: string;
  migrateCentral?: boolean | undefined;
  /** Since when the account is below its present parent; null where that can't be known. */
  organizationPathSince: Timestamp | null;
  /** What other accounts answered to those that were looked at before. */
  memory: ReadMemory;
  /** Whether the whole rollout covers an account; asked only where another account is concerned. */
  findAccountsInScope: () => Promise<(accountId: AccountId) => boolean>;
  /** VPCs whose endpoints no longer fit the budget that all accounts share; all others are reserved. */
  reserveEndpoints: (plan: Plan) => Promise<ReadonlySet<string>>;
  /** Of an enforce by plan: what may be applied; null where the plan made here is. */
  planned: PlannedChange[] | null;
}

export interface Look {
  observed: Observed;
  /** What it was judged with, so that it can be judged again as changes left it. */
  context: AssessmentContext;
  assessment: AccountAssessment;
  /** What a plan file holds and live state no longer allows. */
  refused: PlannedChange[];
}

export async function lookAtAccount(context: LookContext): Promise<Look> {
  const { configuration } = context;
  const now = context.clock.now();
  const observed = await observeAccount({
    ...context,
    reader: memberRole(context, context.account.accountId, 'reader'),
    sessionOf: sessionsOfOthers(
      context.pool,
      context.findAccountsInScope,
      (accountId) => memberRole(context, accountId, 'reader'),
      context.memory,
    ),
  });
  const { observation } = observed;
  const first: AssessmentContext = {
    changeSeed: context.changeSeed,
    migrateCentral: context.migrateCentral,
    configuration,
    partition: context.partition,
    regions: context.regions,
    now,
    organizationPathSince: context.organizationPathSince,
    inScope: await findOwnersInScope(context, observation),
    refusedVpcs: new Set(),
  };
  const judge = (judging: AssessmentContext) =>
    assessToPlan(observation, judging, context.planned, context.regions);
  const judged = judge(first);
  const refusedVpcs = await context.reserveEndpoints(judged.assessment.plan);
  if (refusedVpcs.size === 0) return { observed, context: first, ...judged };
  const second = { ...first, refusedVpcs };
  // What does not fit the budget has that for its reason: live state is as it was planned.
  return { observed, context: second, assessment: judge(second).assessment, refused: judged.refused };
}

/** The account as `changed` shows it, judged with what the look was judged with. */
export function judgeAgain({ context }: Look, changed: AccountObservation, now: Date): AccountAssessment {
  return assessAccount(changed, { ...context, now });
}

export function memberRole(
  { configuration, partition, sessionName }: Pick<LookContext, 'configuration' | 'partition' | 'sessionName'>,
  accountId: AccountId,
  kind: MemberRoleKind,
): MemberRole {
  const roleName = memberRoleName(configuration, kind);
  const { externalId } = configuration.memberRole;
  return { partition, accountId, roleName, externalId, sessionName, ownTags: ownTagsOf(configuration) };
}

/** Whether the rollout covers the owner of a shared VPC: manifests are read only where one was seen. */
async function findOwnersInScope(
  { account, findAccountsInScope }: LookContext,
  { regions }: AccountObservation,
): Promise<(accountId: AccountId) => boolean> {
  const vpcs = regions.flatMap(({ network }) => valuesOf(network?.vpcs ?? null));
  if (vpcs.every(({ ownerId }) => ownerId === account.accountId)) return () => true;
  return findAccountsInScope();
}
