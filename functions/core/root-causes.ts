/**
 * Which reasons only follow from another (docs/spec/decisions.md, "What a report says"): they stay in the record, marked with
 * what they follow from, and neither lead a report nor bring their own remedy.
 */
import type { ChangeResult } from './model/change.ts';
import type { AccountResult, Finding, TargetResult } from './model/result.ts';
import { type NoteCode, type Obstacle, type ReasonCode, reasonOf } from './reasons.ts';

const stops = (code: string, what: Obstacle): boolean => reasonOf(code)?.stops?.includes(what) ?? false;

/** Denials: of a read as well, which stops no change. */
const DENIALS = new Set<string>(['ACCESS_DENIED', 'ACTION_DENIED_BY_SCP'] satisfies ReasonCode[]);

/** Notes that say why nothing is changed in this account. */
const NOTE_OBSTACLES = new Set<string>([
  'ACCOUNT_ASSESSED_ONLY',
  'ENFORCE_FROZEN',
  'ENFORCE_HELD',
  'KILL_SWITCH',
  'RUN_IN_PROGRESS',
] satisfies NoteCode[]);

const UNCOUNTED = new Set<string>(['MANAGED', 'SERVICE_MANAGED']);

/** The result with what only follows marked. Apply it after waivers: a waived reason is no one's cause. */
export function withRootCauses(result: AccountResult): AccountResult {
  const targets = result.targets.map((target) => withConsequences(target, result));
  const everywhere = (finding: Finding): string[] => {
    const having = targets.filter(({ reasons }) => reasons.includes(finding.code));
    const causes = having.map(({ followsFrom = {} }) => followsFrom[finding.code] ?? []);
    return causes.some((one) => one.length === 0) ? [] : [...new Set(causes.flat())].sort();
  };
  const findings = result.findings.map((finding) => withCauses(finding, everywhere(finding)));
  return { ...result, findings, targets };
}

function withConsequences(given: TargetResult, account: AccountResult): TargetResult {
  const target = cleared(given);
  const followsFrom: Record<string, string[]> = {};
  for (const code of target.reasons) {
    const causes = rootsOf(code, target, account);
    if (causes.length > 0) followsFrom[code] = causes;
  }
  const unmanaged = causesOfUnmanaged(target, followsFrom);
  if (unmanaged.length > 0) followsFrom.INSTANCE_UNMANAGED = unmanaged;
  return {
    ...target,
    ...(Object.keys(followsFrom).length > 0 ? { followsFrom } : {}),
    findings: target.findings.map((finding) => withCauses(finding, followsFrom[finding.code] ?? [])),
  };
}

/** A later pass of the run may have removed the cause. */
function cleared({ followsFrom: _former, ...target }: TargetResult): TargetResult {
  return target;
}

function rootsOf(code: string, target: TargetResult, account: AccountResult): string[] {
  const others = target.findings.filter((finding) => !finding.waived && finding.code !== code);
  const causes = others
    .filter((finding) => isCause(code, finding, target, account))
    .map((finding) => finding.code);
  const wanted = [
    ...target.changes,
    ...(changedBy(code) === 'ROLE' || changedBy(code) === 'SETTING' ? account.changes : []),
  ];
  const held = wanted.some(({ outcome }) => outcome === 'PLANNED');
  const notes =
    held && changedBy(code) !== undefined ? target.notes.filter((note) => NOTE_OBSTACLES.has(note)) : [];
  return [...new Set([...causes, ...notes])].sort();
}

const changedBy = (code: string) => reasonOf(code)?.changedBy;

function isCause(code: string, finding: Finding, target: TargetResult, account: AccountResult): boolean {
  const planned = target.changes.filter(({ kind }) => kind === 'SetServiceSetting');
  if (changedBy(code) === 'NETWORK') {
    const changes = target.changes.filter(({ kind }) => kind !== 'SetServiceSetting');
    return (
      (stops(finding.code, 'ENDPOINTS') || isFailureOf(changes, finding)) &&
      (finding.subject === null || isOnlySubject(code, finding.subject, target))
    );
  }
  if (finding.subject?.startsWith('vpc-')) return false;
  if (changedBy(code) === 'ROLE') return isFailureOf(account.changes, finding);
  if (changedBy(code) !== 'SETTING') return false;
  return (
    stops(finding.code, 'SETTING') ||
    isFailureOf([...planned, ...account.changes], finding) ||
    (planned.length === 0 && (stops(finding.code, 'REPAIR') || isUnreadRole(finding)))
  );
}

/** A denial is a failed change's own only where it names the same action: a denied read beside it stops nothing. */
function isFailureOf(changes: readonly ChangeResult[], { code, sentence }: Finding): boolean {
  if (!stops(code, 'CHANGE')) return false;
  if (reasonOf(code)?.leavesPlanned)
    return changes.some(({ outcome }) => outcome === 'PLANNED' || outcome === 'FAILED');
  return changes.some(({ outcome, error }) => {
    if (outcome !== 'FAILED') return false;
    return !DENIALS.has(code) || !error?.action || sentence.includes(error.action);
  });
}

function isUnreadRole({ code, subject }: Finding): boolean {
  return (stops(code, 'CHANGE') || code === 'READ_FAILED') && (subject?.includes(':role/') ?? false);
}

/** Whether the code concerns that VPC and no other: a failure in one says nothing of the next. */
function isOnlySubject(code: string, subject: string, { findings }: TargetResult): boolean {
  return findings.every((finding) => finding.code !== code || finding.subject === subject);
}

/** Instances without credentials follow from what keeps the setting away, where all unmanaged ones are such. */
function causesOfUnmanaged({ instances, reasons }: TargetResult, known: Record<string, string[]>): string[] {
  if (!reasons.includes('INSTANCE_UNMANAGED')) return [];
  const verdicts = Object.entries(instances.byVerdict)
    .filter(([verdict, count]) => (count ?? 0) > 0 && !UNCOUNTED.has(verdict))
    .map(([verdict]) => verdict);
  if (verdicts.length === 0 || !verdicts.every((verdict) => verdict === 'NO_CREDENTIALS')) return [];
  return [...new Set(Object.values(known).flat())].sort();
}

function withCauses(finding: Finding, causes: string[]): Finding {
  const { followsFrom: former, ...rest } = finding;
  const seen = former ? rest.sentence.replace(consequence(former), '') : rest.sentence;
  if (causes.length === 0) return { ...rest, sentence: seen };
  // "enforce does it" is no advice where something keeps enforce from doing it.
  const bare = seen.replace(/; enforce [^;]*$/, '.');
  return { ...rest, sentence: bare + consequence(causes), followsFrom: causes };
}

const consequence = (causes: readonly string[]): string => ` This follows from ${causes.join(' and ')}.`;

/** Codes that lead a report: reasons that do not follow from another, and notes that others follow from. */
export function leadingCodes({
  reasons,
  followsFrom = {},
}: Pick<TargetResult, 'reasons' | 'followsFrom'>): string[] {
  const roots = Object.values(followsFrom).flat();
  return [...new Set([...reasons.filter((code) => !Object.hasOwn(followsFrom, code)), ...roots])].sort();
}
