import { distance } from 'fastest-levenshtein';

/** The known name that a mistyped one was probably meant to be (case aside); null where none is near. */
export function nearestKey(unknown: string, known: readonly string[]): string | null {
  const wanted = unknown.toLowerCase();
  let best: { key: string; edits: number } | null = null;
  for (const key of known) {
    const edits = editsBetween(wanted, key.toLowerCase());
    if (best === null || edits < best.edits) best = { key, edits };
  }
  return best !== null && best.edits <= mostEdits(unknown.length, best.key.length) ? best.key : null;
}

/** Two letters the wrong way round are one slip, as in `cvs`. */
function editsBetween(wanted: string, key: string): number {
  const edits = distance(wanted, key);
  return edits === 2 && lettersOf(wanted) === lettersOf(key) ? 1 : edits;
}

const lettersOf = (word: string) => [...word].sort().join('');

/** A third of the longer name, so that a name cut short is found; a letter or two of a short one. */
function mostEdits(wanted: number, found: number): number {
  const least = wanted >= 4 ? 2 : wanted >= 2 ? 1 : 0;
  return Math.max(least, wanted >= 4 ? Math.floor(Math.max(wanted, found) / 3) : 0);
}

/** `; did you mean "x"?` where a known name is near, else nothing. */
export function suggestNearest(unknown: string, known: readonly string[]): string {
  const nearest = nearestKey(unknown, known);
  return nearest === null ? '' : `; did you mean "${nearest}"?`;
}
