import { distance } from 'fastest-levenshtein';

/** The known name that is nearest to a mistyped one (case aside); null where none is known. */
export function nearestKey(
  unknown: string,
  known: readonly string[],
): { key: string; close: boolean } | null {
  const wanted = unknown.toLowerCase();
  let best: { key: string; edits: number } | null = null;
  for (const key of known) {
    const edits = distance(wanted, key.toLowerCase());
    if (best === null || edits < best.edits) best = { key, edits };
  }
  if (best === null) return null;
  return { key: best.key, close: best.edits <= Math.max(2, Math.floor(unknown.length / 3)) };
}

/** `; did you mean "x"?` for a likely slip of the keyboard, else the nearest name as a mere hint. */
export function suggestNearest(unknown: string, known: readonly string[]): string {
  const nearest = nearestKey(unknown, known);
  if (nearest === null) return '';
  return nearest.close ? `; did you mean "${nearest.key}"?` : `; the nearest known one is "${nearest.key}"`;
}
