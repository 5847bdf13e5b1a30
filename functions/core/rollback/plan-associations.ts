/** The associations of a rollback: each that a run made is deleted, by the name that carries its change's id. */
import { definitionOf } from '../changes/changes.ts';
import { readFailureFinding } from '../findings.ts';
import { inverseChange, type RollbackDraft, type RollbackFacts } from './draft.ts';
import type { RollbackEntry } from './entry.ts';

export function planAssociationRollback(
  open: readonly RollbackEntry[],
  facts: RollbackFacts,
  draft: RollbackDraft,
): void {
  for (const entry of open) {
    const { rollback } = definitionOf(entry.action);
    if (rollback?.area !== 'ASSOCIATION' || entry.region === null) continue;
    const seen = facts.live.associations[entry.region];
    if (seen?.kind === 'failed') {
      const finding = readFailureFinding(seen.failure, entry.resource);
      draft.findings.push({ region: entry.region, finding });
      continue;
    }
    const name = rollback.name(entry.action);
    // One that is gone needs nothing; one of another name is not ours.
    const isThere = seen?.kind === 'value' && seen.value.some((one) => one.associationName === name);
    if (!isThere) continue;
    const action = { kind: 'DeleteAgentUpdate' as const, name };
    draft.regional.push(inverseChange(entry, { action, expected: { exists: true } }, entry.resource, facts));
  }
}
