/**
 * Waivers (docs/spec/decisions.md, "Status of a target"): a person takes a reason upon themselves until a day. The reason stays in
 * the result as `WAIVED:<code>` and its finding says who waived it; the status is computed without it.
 */
import { codesOf } from './findings.ts';
import type { Waiver, WaiverNotice } from './model/configuration.ts';
import type { Account, Mode, Region } from './model/primitives.ts';
import type { AccountResult, Finding, TargetResult, VpcResult } from './model/result.ts';
import { isBelowAny } from './organization-paths.ts';
import type { ReasonCode } from './reasons.ts';
import { statusOf, targetStatus, worstStatus } from './status.ts';

const DAY_MILLISECONDS = 86_400_000;
/** A waiver that ends within so many days is about to end. */
const SOON_DAYS = 30;

/**
 * Whether a reason can be waived: what is skipped or on its way is no fault that someone could take upon
 * themselves, and a skipped target must not pass for a compliant one.
 */
export function isWaivable(code: ReasonCode): boolean {
  return statusOf(code) === 'NON_COMPLIANT' || statusOf(code) === 'ERROR';
}

/** `until` is the last day (UTC) on which it counts. */
function isInForce({ until }: Waiver, now: Date): boolean {
  return now.toISOString().slice(0, 10) <= until;
}

/** Waivers that hold in a Region of an account, or (null) for the account as a whole. */
export function waiversAt(
  waivers: readonly Waiver[],
  account: Account,
  region: Region | null,
  now: Date,
): Waiver[] {
  return waivers.filter(
    (waiver) =>
      isInForce(waiver, now) &&
      (waiver.account === undefined || waiver.account === account.accountId) &&
      (waiver.organizationalUnit === undefined || isBelowAny(account, [waiver.organizationalUnit])) &&
      (waiver.region === undefined || waiver.region === region),
  );
}

/** The result as the waivers leave it. What a later pass must look at again stays so. */
export function applyWaivers(
  result: AccountResult,
  account: Account,
  context: { waivers: readonly Waiver[]; now: Date; mode: Mode },
): AccountResult {
  const { waivers, now, mode } = context;
  if (waivers.length === 0) return result;
  const targets = result.targets.map((target) =>
    waiveTarget(target, waiversAt(waivers, account, target.region, now), mode),
  );
  const ofAccount = waiversAt(waivers, account, null, now);
  const findings = result.findings.map((finding) => waive(finding, ofAccount, []));
  return {
    ...result,
    status: worstStatus(targets.map((target) => target.status)),
    reasons: codesOf(findings),
    findings,
    targets,
  };
}

function waiveTarget(target: TargetResult, waivers: Waiver[], mode: Mode): TargetResult {
  if (waivers.length === 0) return target;
  const findings = target.findings.map((finding) => waive(finding, waivers, target.vpcs));
  const reasons = codesOf(findings);
  const status = targetStatus(reasons);
  return {
    ...target,
    findings,
    reasons,
    status,
    vpcs: target.vpcs.map((vpc) => waiveVpc(vpc, waivers)),
    retry: target.retry || (mode !== 'assess' && status === 'CONVERGING'),
  };
}

function waive(finding: Finding, waivers: Waiver[], vpcs: VpcResult[]): Finding {
  if (finding.waived || !isWaivable(finding.code)) return finding;
  const waiver = waivers.find((one) => one.code === finding.code && isAbout(one, finding, vpcs));
  return waiver ? { ...finding, waived: waivedBy(waiver) } : finding;
}

export function waivedBy({ owner, why, until }: Waiver): NonNullable<Finding['waived']> {
  return { owner, why, until };
}

/** A waiver for some instances says nothing of a reason that is not an instance's. */
function isAbout(waiver: Waiver, { code, subject }: Finding, vpcs: VpcResult[]): boolean {
  if (waiver.tag !== undefined || waiver.ami !== undefined) return false;
  if (waiver.instance !== undefined && waiver.instance !== subject) return false;
  if (waiver.vpc === undefined) return true;
  if (subject?.startsWith('vpc-')) return subject === waiver.vpc;
  // A finding on a resource within the VPC: no other VPC may have the same reason.
  const holders = vpcs.filter(({ reasons }) => reasons.includes(code));
  return holders.length > 0 && holders.every(({ vpcId }) => vpcId === waiver.vpc);
}

function waiveVpc(vpc: VpcResult, waivers: Waiver[]): VpcResult {
  const reasons = vpc.reasons.map((code) => {
    const waived = waivers.some(
      (waiver) =>
        waiver.code === code &&
        !isOfInstances(waiver) &&
        (waiver.vpc === undefined || waiver.vpc === vpc.vpcId),
    );
    return waived && isReasonCode(code) && isWaivable(code) ? (`WAIVED:${code}` as const) : code;
  });
  return { ...vpc, reasons: reasons.toSorted() };
}

function isReasonCode(code: string): code is ReasonCode {
  return !code.startsWith('WAIVED:');
}

function isOfInstances({ instance, tag, ami }: Waiver): boolean {
  return instance !== undefined || tag !== undefined || ami !== undefined;
}

/** A waiver for this instance: of its verdict, or of being unmanaged. `tag` is KEY or KEY=VALUE. */
export function instanceWaiver(
  waivers: readonly Waiver[],
  instance: { instanceId: string; vpcId: string; imageId: string | null; tags: Record<string, string> },
  verdict: string,
): Waiver | null {
  const { instanceId, vpcId, imageId, tags } = instance;
  return (
    waivers.find(
      ({ code, instance: id, vpc, ami, tag }) =>
        (code === 'INSTANCE_UNMANAGED' || code === verdict) &&
        (id === undefined || id === instanceId) &&
        (vpc === undefined || vpc === vpcId) &&
        (ami === undefined || ami === imageId) &&
        (tag === undefined || carries(tags, tag)),
    ) ?? null
  );
}

function carries(tags: Record<string, string>, tag: string): boolean {
  return Object.entries(tags).some(([key, value]) => tag === key || tag === `${key}=${value}`);
}

/** Every waiver with its state on a day, those that ended first. */
export function noticesOf(waivers: readonly Waiver[], now: Date): WaiverNotice[] {
  const today = Date.parse(now.toISOString().slice(0, 10));
  return waivers
    .map((waiver): WaiverNotice => {
      const daysLeft = Math.round((Date.parse(waiver.until) - today) / DAY_MILLISECONDS);
      const state = daysLeft < 0 ? 'ENDED' : daysLeft <= SOON_DAYS ? 'ABOUT_TO_END' : 'IN_FORCE';
      return { ...waiver, state, daysLeft };
    })
    .toSorted((a, b) => a.daysLeft - b.daysLeft);
}
