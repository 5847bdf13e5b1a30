/**
 * Which reasons only follow from another (docs/spec/decisions.md, "What a report says"): they stay in the record, marked with
 * what they follow from, and neither lead a report nor bring their own remedy.
 */
import type { ChangeResult } from './model/change.ts';
import type { AccountResult, Finding, TargetResult } from './model/result.ts';
import type { NoteCode, ReasonCode } from './reasons.ts';

/** Keep the service setting from being changed, whatever the outcome of the change itself. */
const SETTING_OBSTACLES = new Set<string>([
  'ASSOCIATIONS_NOT_ACKNOWLEDGED',
  'DHMC_ROLE_DENIED',
  'DHMC_ROLE_PRIVILEGED',
  'NOT_REVERSIBLE',
  'SETTING_CONTESTED',
] satisfies ReasonCode[]);

/** Of a role that may not be repaired: no setting is pointed at it, so the setting is in no plan. */
const ROLE_OBSTACLES = new Set<string>([
  'DHMC_ROLE_POLICY_MISSING',
  'DHMC_ROLE_TRUST_WRONG',
] satisfies ReasonCode[]);

/** Why a change failed, was refused or was not attempted. */
const CHANGE_OBSTACLES = new Set<string>([
  'ACCESS_DENIED',
  'ACCOUNT_NOT_READY',
  'ACTION_DENIED_BY_SCP',
  'AWS_UNAVAILABLE',
  'DHMC_ROLE_PROPAGATING',
  'ENDPOINT_PENDING',
  'ENDPOINT_SUBNET_FULL',
  'ENDPOINT_ZONE_UNSUPPORTED',
  'LEASE_HELD',
  'PRIVATE_DNS_CONFLICT',
  'ROLE_NOT_ASSUMABLE',
  'STATE_CHANGED',
  'WRITE_FAILED',
] satisfies ReasonCode[]);

/** Of these, the ones that leave a change planned. */
const HOLDING = new Set<string>([
  'DHMC_ROLE_PROPAGATING',
  'LEASE_HELD',
  'STATE_CHANGED',
] satisfies ReasonCode[]);

const DENIALS = new Set<string>(['ACCESS_DENIED', 'ACTION_DENIED_BY_SCP'] satisfies ReasonCode[]);

/** Keep an endpoint out of the plan, or from being created. */
const VPC_OBSTACLES = new Set<string>([
  'BUDGET_EXCEEDED',
  'ENDPOINT_SUBNET_FULL',
  'ENDPOINT_ZONE_UNSUPPORTED',
  'PRIVATE_DNS_CONFLICT',
] satisfies ReasonCode[]);

/** Notes that say why nothing is changed in this account. */
const NOTE_OBSTACLES = new Set<string>([
  'ACCOUNT_ASSESSED_ONLY',
  'ENFORCE_FROZEN',
  'ENFORCE_HELD',
  'KILL_SWITCH',
  'RUN_IN_PROGRESS',
] satisfies NoteCode[]);

const SETTING_CODES = new Set<string>(['SETTING_NOT_SET'] satisfies ReasonCode[]);
const ROLE_CODES = new Set<string>([
  'DHMC_ROLE_MISSING',
  'DHMC_ROLE_POLICY_MISSING',
  'DHMC_ROLE_TRUST_WRONG',
] satisfies ReasonCode[]);
const NETWORK_CODES = new Set<string>([
  'ENDPOINT_DRIFTED',
  'NO_PATH_TO_SSM',
  'VPC_DNS_DISABLED',
] satisfies ReasonCode[]);

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
  if (Object.keys(followsFrom).length === 0) return target;
  const unmanaged = causesOfUnmanaged(target, followsFrom);
  if (unmanaged.length > 0) followsFrom.INSTANCE_UNMANAGED = unmanaged;
  return {
    ...target,
    followsFrom,
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
    ...(ROLE_CODES.has(code) || SETTING_CODES.has(code) ? account.changes : []),
  ];
  const held = wanted.some(({ outcome }) => outcome === 'PLANNED');
  const notes = held && isChangeable(code) ? target.notes.filter((note) => NOTE_OBSTACLES.has(note)) : [];
  return [...new Set([...causes, ...notes])].sort();
}

const isChangeable = (code: string): boolean =>
  SETTING_CODES.has(code) || ROLE_CODES.has(code) || NETWORK_CODES.has(code);

function isCause(code: string, finding: Finding, target: TargetResult, account: AccountResult): boolean {
  const planned = target.changes.filter(({ kind }) => kind === 'SetServiceSetting');
  if (NETWORK_CODES.has(code)) {
    const changes = target.changes.filter(({ kind }) => kind !== 'SetServiceSetting');
    return (
      (VPC_OBSTACLES.has(finding.code) || isFailureOf(changes, finding)) &&
      (finding.subject === null || isOnlySubject(code, finding.subject, target))
    );
  }
  if (finding.subject?.startsWith('vpc-')) return false;
  if (ROLE_CODES.has(code)) return isFailureOf(account.changes, finding);
  if (!SETTING_CODES.has(code)) return false;
  return (
    SETTING_OBSTACLES.has(finding.code) ||
    isFailureOf([...planned, ...account.changes], finding) ||
    (planned.length === 0 && (ROLE_OBSTACLES.has(finding.code) || isUnreadRole(finding)))
  );
}

/** A denial is a failed change's own only where it names the same action: a denied read beside it stops nothing. */
function isFailureOf(changes: readonly ChangeResult[], { code, sentence }: Finding): boolean {
  if (!CHANGE_OBSTACLES.has(code)) return false;
  if (HOLDING.has(code)) return changes.some(({ outcome }) => outcome === 'PLANNED' || outcome === 'FAILED');
  return changes.some(({ outcome, error }) => {
    if (outcome !== 'FAILED') return false;
    return !DENIALS.has(code) || !error?.action || sentence.includes(error.action);
  });
}

function isUnreadRole({ code, subject }: Finding): boolean {
  return (CHANGE_OBSTACLES.has(code) || code === 'READ_FAILED') && (subject?.includes(':role/') ?? false);
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
  if (causes.length === 0) return former ? rest : finding;
  if (former) return { ...finding, followsFrom: causes };
  // "enforce does it" is no advice where something keeps enforce from doing it.
  const seen = rest.sentence.replace(/; enforce [^;]*\.$/, '.');
  return { ...rest, sentence: `${seen} This follows from ${causes.join(' and ')}.`, followsFrom: causes };
}

/** Codes that lead a report: reasons that do not follow from another, and notes that others follow from. */
export function leadingCodes({
  reasons,
  followsFrom = {},
}: Pick<TargetResult, 'reasons' | 'followsFrom'>): string[] {
  const roots = Object.values(followsFrom).flat();
  return [...new Set([...reasons.filter((code) => !Object.hasOwn(followsFrom, code)), ...roots])].sort();
}
