/**
 * The service setting of one target: docs/spec/decisions.md, "Service setting".
 *
 * Source: Systems Manager user guide, "Managing EC2 instances automatically with Default Host Management
 * Configuration": the value is the role's path and name without leading slash. An unset setting reads
 * `$None` (seen in public code, not in the guide), so empty and absent count as unset too. `Status` is never
 * looked at: the API model and the guide disagree on its values.
 */
import { type KnownSetup, setupOfRole } from './known-setups.ts';
import type { Configuration } from './model/configuration.ts';
import type { ForeignRoleObservation, SettingObservation } from './model/observation.ts';
import type { Finding } from './model/result.ts';
import type { NoteCode } from './reasons.ts';
import type { TrustRequest } from './trust-conditions.ts';
import { trustsSystemsManager } from './trust-policy.ts';

export const DHMC_SETTING_ID = '/ssm/managed-instance/default-ec2-instance-management-role';

/** What a role must allow so that instances are managed and sessions work (agent's own calls). */
export const MANAGED_NODE_ACTIONS = [
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
] as const;

/**
 * What only a privileged role allows on every resource: `*`, `iam:*`, `sts:*` and AWS's administrator policies do
 * (IAM user guide, "AWS managed policies for job functions").
 */
export const PRIVILEGED_ACTIONS = ['iam:AttachRolePolicy', 'iam:CreateUser', 'sts:AssumeRole'] as const;

export function isUnset(value: string): boolean {
  return value === '' || value === '$None';
}

/** The value, or null where the setting is unset. */
export function settingValue(setting: SettingObservation): string | null {
  return isUnset(setting.value) ? null : setting.value;
}

/**
 * A value as path and name: some tools write the role's ARN, which names the same role. The ARN of a role in another
 * account stays an ARN: it names none here ("You cannot use the PassRole permission to pass a cross-account role", IAM
 * user guide, "Grant a user permissions to pass a role to an AWS service").
 */
export function roleNamedBy(value: string, accountId: string): string {
  const role = ROLE_ARN.exec(value)?.groups;
  return (role?.account === accountId ? (role.name ?? '') : value).replace(/^\/+/, '');
}

const ROLE_ARN = /^arn:[^:]+:iam::(?<account>\d{12}):role\/(?<name>.+)$/;

/** Whether a role can have this name (IAM API reference, CreateRole). */
export function canNameRole(roleName: string): boolean {
  return /^[\w+=,.@-]{1,64}$/.test(roleName);
}

export type SettingJudgement =
  /** Nothing to do. */
  | { kind: 'keep'; findings: Finding[]; notes: NoteCode[] }
  /** Ours should be there. `findings` is what is wrong until it does. */
  | { kind: 'set'; findings: Finding[]; notes: NoteCode[]; reversible: boolean }
  /** A failed read of the foreign role keeps us from judging; the caller reports it. */
  | { kind: 'unknown'; notes: NoteCode[] };

export interface SettingFacts {
  setting: SettingObservation;
  /** The setting value of the DHMC role as it is. */
  ours: string;
  /** Values that earlier configurations of ours wrote (journal). */
  earlierOurs: string[];
  /** Required when the value is another role's. */
  foreign: ForeignRoleObservation | undefined;
  /** The request of Systems Manager for this target. */
  request: TrustRequest;
}

type SettingSwitches = Pick<Configuration, 'existingSetting' | 'restorableRoleArns'>;

export function judgeSetting(facts: SettingFacts, configuration: SettingSwitches): SettingJudgement {
  const value = settingValue(facts.setting);
  if (value === null) return set([notSet(facts.ours)], [], true);
  if (roleNamedBy(value, facts.request.accountId) === facts.ours)
    return { kind: 'keep', findings: [], notes: [] };

  if (facts.earlierOurs.includes(value)) {
    const role = facts.foreign?.role;
    const exists = role?.kind === 'value' && trustsSystemsManager(role.value.trustPolicy, facts.request);
    return set([earlierName(value, facts.ours)], [], exists);
  }
  const setup = setupOfRole(value);
  const known: NoteCode[] = setup?.repeats ? ['SETTING_QUICK_SETUP_ROLE'] : [];
  const sound: NoteCode[] = ['SETTING_FOREIGN_ROLE', ...known];
  const fitness = fitnessOf(value, facts.foreign, facts.request);
  if (fitness.kind === 'unknown') return { kind: 'unknown', notes: sound };
  const replace = configuration.existingSetting === 'replace';

  if (fitness.kind === 'fit') {
    if (!replace) return { kind: 'keep', findings: [], notes: sound };
    return set([], sound, isRestorable(fitness.arn, configuration));
  }
  if (fitness.kind === 'privileged') {
    const privileged: Finding = {
      code: 'SETTING_FOREIGN_ROLE_PRIVILEGED',
      subject: value,
      sentence: `The setting names the role ${value}${madeBy(setup)}, which also allows ${fitness.privileges.join(', ')}; any process on any instance of the Region could use that.`,
    };
    if (!replace) return { kind: 'keep', findings: [privileged], notes: known };
    return set([privileged], known, isRestorable(fitness.arn, configuration));
  }
  const finding: Finding = {
    code: 'SETTING_FOREIGN_ROLE_UNFIT',
    subject: value,
    sentence: `The setting names the role ${value}${madeBy(setup)}, which ${fitness.why}.`,
  };
  if (!replace) return { kind: 'keep', findings: [finding], notes: known };
  // A role that is gone or unfit cannot be set again: UpdateServiceSetting would refuse it.
  return set([finding], known, false);
}

/** The name is all that is known: AWS gives it, but anyone could. */
function madeBy(setup: KnownSetup | null): string {
  return setup === null ? '' : ` (by its name that of ${setup.name})`;
}

function isRestorable(arn: string, { restorableRoleArns }: SettingSwitches): boolean {
  return restorableRoleArns.some((pattern) => matchesArn(pattern, arn));
}

function set(findings: Finding[], notes: NoteCode[], reversible: boolean): SettingJudgement {
  return { kind: 'set', findings, notes, reversible };
}

function notSet(ours: string): Finding {
  return {
    code: 'SETTING_NOT_SET',
    subject: null,
    sentence: `The service setting is not set; enforce sets it to ${ours}.`,
  };
}

function earlierName(value: string, ours: string): Finding {
  return {
    code: 'SETTING_NOT_SET',
    subject: null,
    sentence: `The setting names ${value}, which an earlier configuration of this service set; enforce sets it to ${ours}.`,
  };
}

type Fitness =
  | { kind: 'fit'; arn: string }
  | { kind: 'privileged'; arn: string; privileges: string[] }
  | { kind: 'unfit'; why: string }
  | { kind: 'unknown' };

/** Whether another role can do the work of ours; `unknown` where it could not be read. */
export function fitnessOf(
  value: string,
  foreign: ForeignRoleObservation | undefined,
  request: TrustRequest,
): Fitness {
  if (!foreign || foreign.role.kind === 'failed') return { kind: 'unknown' };
  if (foreign.role.kind === 'absent') return { kind: 'unfit', why: whyAbsent(value, request) };
  const { arn, trustPolicy } = foreign.role.value;
  if (!trustsSystemsManager(trustPolicy, request)) {
    return { kind: 'unfit', why: 'does not trust ssm.amazonaws.com' };
  }
  if (foreign.allowedActions.kind !== 'value') return { kind: 'unknown' };
  const allowed = foreign.allowedActions.value;
  const lacking = MANAGED_NODE_ACTIONS.filter((action) => !allowed.includes(action));
  if (lacking.length === 0) {
    const privileges = PRIVILEGED_ACTIONS.filter((action) => allowed.includes(action));
    return privileges.length > 0 ? { kind: 'privileged', arn, privileges } : { kind: 'fit', arn };
  }
  return { kind: 'unfit', why: `does not allow ${lacking.join(', ')}` };
}

function whyAbsent(value: string, { accountId }: TrustRequest): string {
  const home = ROLE_ARN.exec(value)?.groups?.account;
  if (home !== undefined && home !== accountId) {
    return `belongs to account ${home}, and Systems Manager accepts only a role of the same account`;
  }
  return canNameRole(value.split('/').at(-1) ?? '') ? 'does not exist' : 'is not a name that IAM allows';
}

/** `restorableRoleArns` may hold `*` for any run of characters, as IAM resource patterns do. */
export function matchesArn(pattern: string, arn: string): boolean {
  const expression = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${expression.join('.*')}$`).test(arn);
}
