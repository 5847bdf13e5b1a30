/** What a compliance finding says of a target, whatever the format it is written in. */
import type { Region, RunId, Timestamp } from '../core/model/primitives.ts';
import type { AccountResult, TargetResult } from '../core/model/result.ts';
import { type CodeText, NOTES, REASONS } from '../core/reasons.ts';
import { leadingCodes } from '../core/root-causes.ts';
import { describePartialScope, scopeOf } from '../core/run-scope.ts';
import { toOneLine } from './foreign-text.ts';
import type { ReportedRun } from './source.ts';

/** Of the run that a report is about. */
export interface FindingContext {
  runId: RunId;
  endedAt: Timestamp;
  /** `aws`, `aws-us-gov`, `aws-cn`, ... */
  partition: string;
  organizationId: string;
  /** Account and Region in which the service runs. */
  operatorAccountId: string;
  homeRegion: Region;
  /** The part of the organization that the run covered; null where it was the whole. */
  partialScope: string | null;
}

export function findingContextOf({ summary }: ReportedRun): FindingContext {
  const { head, organizationId, place } = summary;
  const { runId, endedAt } = head;
  const partialScope = describePartialScope(scopeOf(summary));
  return { runId, endedAt, organizationId, partialScope, ...place };
}

export type FindingAccount = Pick<
  AccountResult,
  'accountId' | 'name' | 'organizationPath' | 'unitNames' | 'owner'
>;

/** Rule that made the finding. */
export const GENERATOR = 'dhmc-rollout/managed-instances';
export const CHECK_TITLE = 'EC2 instances are managed through Systems Manager';

const WAIVED = 'WAIVED:';

/** The same for a target in every run, so that a later run updates what an earlier one wrote. */
export function findingId(context: FindingContext, { accountId, region }: TargetResult): string {
  return `dhmc-rollout/${context.organizationId}/${accountId}/${region}`;
}

export function findingTitle({ region }: TargetResult, account: FindingAccount): string {
  return `${CHECK_TITLE}: ${toOneLine(account.name)} (${account.accountId}), ${region}`;
}

/** What was seen, in sentences. */
export function findingText({ status, findings, instances }: TargetResult): string {
  const counts = `${instances.managed} of ${instances.running} running instances are managed.`;
  switch (status) {
    case 'COMPLIANT':
      return ['Default Host Management Configuration is in place.', counts, ...sentences(findings)].join(' ');
    case 'SKIPPED':
      return ['Not judged.', ...sentences(findings)].join(' ');
    default:
      return [...sentences(findings), counts].join(' ');
  }
}

function sentences(findings: TargetResult['findings']): string[] {
  return [...new Set(findings.map(({ sentence }) => toOneLine(sentence)))];
}

/** What to do about each reason that counts, or null where nothing is to be done. */
export function remedyText(target: TargetResult): string | null {
  if (target.status === 'COMPLIANT' || target.status === 'SKIPPED') return null;
  const remedies = leadingCodes(target).flatMap((code) => textOf(code)?.remedy ?? []);
  return remedies.length === 0 ? null : [...new Set(remedies)].join(' ');
}

/** Codes that count, each with its meaning. */
export function countedReasons(target: TargetResult): { code: string; meaning: string }[] {
  return leadingCodes(target)
    .filter((code) => !code.startsWith(WAIVED))
    .map((code) => ({ code, meaning: textOf(code)?.meaning ?? code }));
}

export function instanceArn(context: FindingContext, target: TargetResult, instanceId: string): string {
  return `arn:${context.partition}:ec2:${target.region}:${target.accountId}:instance/${toOneLine(instanceId)}`;
}

function textOf(code: string): CodeText | undefined {
  const texts: Record<string, CodeText> = { ...REASONS, ...NOTES };
  return Object.hasOwn(texts, code) ? texts[code] : undefined;
}

/** At most `length` UTF-16 units, cut at a character's boundary and marked as cut. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
