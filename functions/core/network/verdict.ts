/** What the rules of the network answer with: a path, and the facts that led to it. */
import type { Failure } from '../model/reads.ts';
import type { PathVerdict } from '../model/result.ts';
import type { ReasonCode } from '../reasons.ts';

/** One thing that was seen, as a sentence, with the resource that it was seen on. */
export interface Fact {
  sentence: string;
  resource: string | null;
  /** Which part of the path it concerns; left out: the route itself, its targets and endpoints. */
  about?: FactSubject;
  /** The reason that rests on it: a finding quotes the facts of its reason. */
  reason?: ReasonCode;
  /** A read that failed, so that more is not known. */
  unread?: Failure;
}

/** EVIDENCE: an instance that is Online and takes the same way. */
export type FactSubject = 'NAME' | 'GROUPS' | 'ACLS' | 'POLICY' | 'EVIDENCE';

export function fact(sentence: string, resource: string | null = null, about?: FactSubject): Fact {
  return about ? { sentence, resource, about } : { sentence, resource };
}

/** A fact on which a reason rests. */
export function cause(
  reason: ReasonCode,
  sentence: string,
  resource: string | null = null,
  about?: FactSubject,
): Fact {
  return { ...fact(sentence, resource, about), reason };
}

export function unreadable(failure: Failure, about?: FactSubject): Fact {
  const seen = `Could not be read: ${failure.action} failed with ${failure.code}.`;
  return { ...fact(seen, null, about), unread: failure };
}

/** From worst to best (docs/spec/design.md, "Result of a run"). */
const ORDER: readonly PathVerdict[] = ['NONE', 'UNKNOWN', 'INTERNET', 'CENTRAL', 'ENDPOINTS', 'PROVEN'];

export function rankOf(path: PathVerdict): number {
  return ORDER.indexOf(path);
}

/** The worst of some paths; PROVEN where there are none. */
export function worstOf(paths: PathVerdict[]): PathVerdict {
  return paths.reduce((worst, path) => (rankOf(path) < rankOf(worst) ? path : worst), 'PROVEN');
}

/** Whether a filter (security group, network ACL, policy) lets through what is asked; UNDECIDED: in part. */
export type Admission = 'ADMITTED' | 'BLOCKED' | 'UNDECIDED';

/** All of these have to be passed. */
export function allOf(admissions: Admission[]): Admission {
  if (admissions.includes('BLOCKED')) return 'BLOCKED';
  return admissions.includes('UNDECIDED') ? 'UNDECIDED' : 'ADMITTED';
}

/** One of these is enough. */
export function anyOf(admissions: Admission[]): Admission {
  if (admissions.includes('ADMITTED')) return 'ADMITTED';
  return admissions.includes('UNDECIDED') ? 'UNDECIDED' : 'BLOCKED';
}

/** A share of addresses let through, as an admission; `enough` is 1 but for the public space. */
export function admissionOf(share: number, enough = 1): Admission {
  if (share >= enough) return 'ADMITTED';
  return share === 0 ? 'BLOCKED' : 'UNDECIDED';
}
