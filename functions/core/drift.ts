/**
 * Changes that others made in a member account to what the service keeps: the service setting, the DHMC role, our
 * endpoints, the account's Regions. A notice says where to look now and who was there; what is done is decided from live
 * state, as for every other event. Our own writes are known by the writer role, which only our functions can assume.
 */
import type { Change, ChangeResult } from './model/change.ts';
import type { AccountId, DriftNotice, Mode } from './model/primitives.ts';
import type { AccountResult, DriftOutcome, DriftResult, HoldCode, TargetResult } from './model/result.ts';

/** Changes of the service setting, recorded in its Region. */
export const SETTING_CHANGES = [
  'UpdateServiceSetting',
  'ResetServiceSetting',
  'RegisterDefaultHostManagementConfiguration',
  'DeregisterDefaultHostManagementConfiguration',
] as const;

/** Changes of the DHMC role, recorded in the partition's IAM Region. */
export const ROLE_CHANGES = [
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'UpdateAssumeRolePolicy',
  'PutRolePermissionsBoundary',
  'DeleteRolePermissionsBoundary',
  'DeleteRole',
] as const;

export const ENDPOINT_CHANGES = ['DeleteVpcEndpoints', 'ModifyVpcEndpoint'] as const;

/** What EventBridge names a change of an account's Regions. */
export const REGION_CHANGE = 'Region Opt-In Status Change';

/** A run's input is limited (Step Functions: 256 KiB); what is cut off is still looked at, only not named. */
export const MOST_NOTICES = 200;

/** Who made a call, as CloudTrail records it. */
export interface Caller {
  accountId: AccountId | null;
  /** Name of the role whose session it was; null for users, root and services. */
  roleName: string | null;
}

/** A session of the member's own writer role, which trusts our functions alone. */
export function isOwnWrite({ accountId, roleName }: Caller, member: AccountId, writer: string): boolean {
  return accountId === member && roleName === writer;
}

/** Endpoints among these ids that a run made and that no rollback has deleted since. */
export function ownEndpoints(
  ids: readonly string[],
  journal: readonly { kind: Change['action']['kind']; createdId?: string | null }[],
): string[] {
  const made = new Set(
    journal.flatMap(({ kind, createdId }) =>
      (kind === 'CreateInterfaceEndpoint' || kind === 'CreateGatewayEndpoint') && createdId
        ? [createdId]
        : [],
    ),
  );
  return ids.filter((id) => made.has(id));
}

/** What became of one notice, from the result of its account. */
export function driftResultOf(
  notice: DriftNotice,
  result: AccountResult | null,
  run: { mode: Mode; hold: HoldCode | null },
): DriftResult {
  const about = result === null ? null : placeOf(notice, result);
  if (about === null) return { ...notice, outcome: 'NOT_COVERED' };
  const { changes, status } = about;
  const has = (outcome: ChangeResult['outcome']) => changes.some((change) => change.outcome === outcome);
  if (has('FAILED')) return { ...notice, outcome: 'FAILED' };
  if (has('PLANNED')) {
    if (run.hold !== null) return { ...notice, outcome: 'WAITING', waitsFor: run.hold };
    return { ...notice, outcome: 'PLANNED' };
  }
  if (status === 'SKIPPED') return { ...notice, outcome: 'NOT_COVERED' };
  if (has('APPLIED')) return { ...notice, outcome: 'CORRECTED' };
  return { ...notice, outcome: status === 'COMPLIANT' ? 'IN_ORDER' : 'NOT_CORRECTED' };
}

/** The role's part of the account for IAM, the target for a Region. */
function placeOf({ region, change }: DriftNotice, result: AccountResult) {
  if (region === null) {
    return {
      changes: result.changes,
      status:
        result.role.state === 'SOUND' || result.role.state === 'NOT_NEEDED' ? 'COMPLIANT' : result.status,
    };
  }
  const target = result.targets.find((one) => one.region === region);
  return target ? { changes: correctionsIn(target, result, change), status: target.status } : null;
}

/** What a change of the network did says nothing of the setting, and the other way round. */
function correctionsIn(target: TargetResult, { changes }: AccountResult, changed: string): ChangeResult[] {
  const ofSetting = target.changes.filter(({ kind }) => SETTING_KINDS.includes(kind));
  // A setting needs the role, so what was done to the role belongs to it.
  if (isIn(SETTING_CHANGES, changed)) return [...ofSetting, ...changes];
  if (isIn(ENDPOINT_CHANGES, changed)) return target.changes.filter((one) => !ofSetting.includes(one));
  return [...target.changes, ...changes];
}

const SETTING_KINDS: readonly ChangeResult['kind'][] = ['SetServiceSetting', 'ResetServiceSetting'];

const isIn = (names: readonly string[], name: string): boolean => names.includes(name);

const OUTCOMES: Readonly<Record<DriftOutcome, string>> = {
  CORRECTED: 'corrected',
  IN_ORDER: 'nothing was left to correct',
  WAITING: 'not corrected yet, waits for',
  PLANNED: 'planned, since the run only assesses',
  FAILED: 'the correction failed',
  NOT_CORRECTED: 'not compliant, and the configuration keeps what is there',
  NOT_COVERED: 'no target of the configuration',
};

/** One sentence: what was changed, who did it, and what became of it. */
export function describeDrift(drift: DriftResult): string {
  const { accountId, region, change, subject, by, source, at, outcome, waitsFor } = drift;
  const place = region === null ? accountId : `${accountId} ${region}`;
  const became = waitsFor === undefined ? OUTCOMES[outcome] : `${OUTCOMES[outcome]} ${waitsFor}`;
  return `${change} of ${subject} in ${place} by ${by} (from ${source}) at ${at}: ${became}.`;
}
