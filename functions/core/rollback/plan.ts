/**
 * A rollback as a plan (docs/spec/decisions.md, "Rollback"): the journal backwards, each change conditional on the state
 * that we left. Where someone else changed it since: ROLLBACK_CONFLICT, and the rest continues. What was rolled
 * back already, or is as it was before, needs nothing. Settings and networks first, the role last.
 */

import { notRecognized, notSeen } from './conflict.ts';
import type { RollbackDraft, RollbackFacts, RollbackPlan } from './draft.ts';
import { openEntries } from './entries.ts';
import { planAssociationRollback } from './plan-associations.ts';
import { planNetworkRollback } from './plan-network.ts';
import { planRoleRollback } from './plan-role.ts';
import { planSettingRollback } from './plan-setting.ts';

export function planRollback(facts: RollbackFacts): RollbackPlan {
  const inScope = openEntries(facts.journal, facts.scope);
  const open = inScope.filter(({ status }) => status === 'DONE');
  // Settled from live state before, where that could be read.
  const unsettled = inScope.filter(({ status }) => status === 'PENDING');
  const draft: RollbackDraft = {
    regional: [],
    role: [],
    vpcOf: {},
    findings: [
      ...unrecognizedIn(facts),
      ...unsettled.map((entry) => ({ region: entry.region, finding: notSeen(entry) })),
    ],
    notes: [],
    settings: new Map(),
  };
  planSettingRollback(open, facts, draft);
  planAssociationRollback(open, facts, draft);
  planNetworkRollback(open, facts, draft);
  planRoleRollback(open, facts, draft);
  const { settings: _settings, ...plan } = draft;
  return plan;
}

/** Entries of the scope that this version does not know: something is there that it cannot roll back. */
function unrecognizedIn({ unknown, scope }: RollbackFacts): RollbackPlan['findings'] {
  const inScope = new Set(
    openEntries(
      unknown.map(({ entry }) => entry),
      scope,
    ),
  );
  return unknown
    .filter(({ entry }) => inScope.has(entry))
    .map(({ entry, problem }) => ({ region: entry.region, finding: notRecognized(entry, problem) }));
}
