/**
 * What a first setting sets off: instances become managed nodes, and State Manager associations that target all
 * or tagged nodes run on them at once (docs/spec/decisions.md, "Associations"). Source: Systems Manager user guide, "Understanding
 * targets and rate controls in State Manager associations" (new nodes with the tag: "automatically applies the
 * association, runs it immediately"); API reference, Association (`InstanceIds` with `*`: all managed nodes).
 */
import type { Configuration } from './model/configuration.ts';
import type { Read } from './model/reads.ts';
import type { Finding } from './model/result.ts';
import type { NoteCode } from './reasons.ts';

export interface AssociationFacts {
  associationId: string;
  /** null where no one gave it one. */
  associationName: string | null;
  documentName: string;
  /** null where it runs once. */
  schedule: string | null;
  targets: { key: string; values: string[] }[];
}

/** Targets by instance id name nodes that someone chose; all others take new ones in. */
function takesNewNodes({ targets }: AssociationFacts): boolean {
  return targets.some(({ key, values }) => key !== 'InstanceIds' || values.includes('*'));
}

/** As reports name it: its name, else its document's. */
function labelOf({ associationName, documentName }: AssociationFacts): string {
  return associationName ?? documentName;
}

export interface AssociationsJudgement {
  /** Of associations that will run on new nodes, sorted. */
  names: string[];
  notes: NoteCode[];
  /** Why the setting has to wait. */
  held: Finding | null;
}

type AssociationSwitches = Pick<Configuration, 'requireAssociationAck' | 'acknowledgedAssociations'>;

/** `seen` is null where they were not asked for: nothing runs there, or the setting stays. */
export function judgeAssociations(
  seen: Read<AssociationFacts[]> | null,
  { requireAssociationAck, acknowledgedAssociations }: AssociationSwitches,
): AssociationsJudgement {
  if (seen === null) return { names: [], notes: [], held: null };
  if (seen.kind !== 'value') {
    const why = seen.kind === 'failed' ? ` (${seen.failure.action}: ${seen.failure.code})` : '';
    return {
      names: [],
      notes: ['ASSOCIATIONS_UNKNOWN'],
      held: requireAssociationAck ? holding(`Which associations it sets off cannot be read${why}`) : null,
    };
  }
  const applying = seen.value.filter(takesNewNodes);
  const acknowledged = new Set(acknowledgedAssociations);
  const open = applying.filter((one) =>
    [one.associationId, one.associationName, one.documentName].every(
      (name) => name === null || !acknowledged.has(name),
    ),
  );
  return {
    names: namesOf(applying),
    notes: applying.length > 0 ? ['ASSOCIATIONS_WILL_APPLY'] : [],
    held:
      requireAssociationAck && open.length > 0
        ? holding(
            `The setting would let these State Manager associations run on new nodes: ${namesOf(open).join(', ')}`,
          )
        : null,
  };
}

function namesOf(associations: AssociationFacts[]): string[] {
  return [...new Set(associations.map(labelOf))].sort();
}

function holding(what: string): Finding {
  return {
    code: 'ASSOCIATIONS_NOT_ACKNOWLEDGED',
    subject: null,
    sentence: `${what}; name them in acknowledgedAssociations to continue.`,
  };
}
