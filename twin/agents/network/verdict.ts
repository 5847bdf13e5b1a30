/** Whether an instance reaches a name. `unknown`: the path leaves what the snapshot can show. */
export interface Verdict {
  verdict: 'reaches' | 'blocked' | 'unknown';
  /** What the name resolves to and what carries it there: the same way has the same text. */
  way: string;
  why: string;
}

export function reaches(way: string, why: string): Verdict {
  return { verdict: 'reaches', way, why };
}

export function blocked(way: string, why: string): Verdict {
  return { verdict: 'blocked', way: `${way}: ${why}`, why };
}

export function unknown(way: string, why: string): Verdict {
  return { verdict: 'unknown', way, why };
}

const ORDER = ['reaches', 'unknown', 'blocked'] as const;

/** The best of several targets: a client tries the next address when one does not answer. */
export function best(verdicts: readonly Verdict[], way: string): Verdict {
  for (const wanted of ORDER) {
    const found = verdicts.find(({ verdict }) => verdict === wanted);
    if (found) return found;
  }
  return blocked(way, 'no address');
}

/** The worst: what must hold everywhere. */
export function worst(verdicts: readonly Verdict[]): Verdict | undefined {
  for (const wanted of [...ORDER].reverse()) {
    const found = verdicts.find(({ verdict }) => verdict === wanted);
    if (found) return found;
  }
  return undefined;
}
