/**
 * The DHMC role, once for each account: docs/spec/decisions.md, "DHMC role".
 *
 * The role is judged only as far as some target uses it or would: where every target keeps another
 * team's role, its absence is no fault.
 */
import type { ActionOf } from './model/change.ts';
import type { Configuration } from './model/configuration.ts';
import type { RoleObservation } from './model/observation.ts';
import type { Read } from './model/reads.ts';
import type { Finding, RoleAssessment } from './model/result.ts';
import { awsManagedPolicyArn, iamRoleArn, inPartition } from './partition.ts';
import type { ReasonCode } from './reasons.ts';
import { MANAGED_TAG } from './tags.ts';
import { desiredTrustPolicy, isDesiredTrust, trustsSystemsManager } from './trust-policy.ts';

/** The AWS managed policy of DHMC (Systems Manager user guide). */
export const DHMC_POLICY_NAME = 'AmazonSSMManagedEC2InstanceDefaultPolicy';

/** What repairs or creates the role. */
export type RoleAction = ActionOf<'CreateDhmcRole' | 'SetDhmcRoleTrust' | 'AttachDhmcRolePolicy'>;

export interface DesiredRole {
  roleName: string;
  /** With leading and trailing slash. */
  path: string;
  arn: string;
  /** `path/name` without leading slash, as a service setting names it. */
  settingValue: string;
  requiredPolicyArns: string[];
  extraPolicyArns: string[];
  permissionsBoundaryArn: string | null;
}

export function desiredRole(configuration: Configuration, partition: string, accountId: string): DesiredRole {
  const { name, path, extraPolicies, permissionsBoundary } = configuration.dhmcRole;
  return {
    roleName: name,
    path,
    arn: iamRoleArn(partition, accountId, path, name),
    settingValue: settingValueOf(path, name),
    requiredPolicyArns: [awsManagedPolicyArn(partition, DHMC_POLICY_NAME)],
    extraPolicyArns: extraPolicies.map((arn) => inPartition(partition, arn)),
    permissionsBoundaryArn: permissionsBoundary === null ? null : inPartition(partition, permissionsBoundary),
  };
}

/** How a service setting names a role: path and name, no leading slash. */
export function settingValueOf(path: string, roleName: string): string {
  return `${path}${roleName}`.replace(/^\/+/, '');
}

export function isOurs(role: RoleObservation): boolean {
  return role.tags[MANAGED_TAG] === 'true';
}

export interface RoleJudgement {
  assessment: RoleAssessment;
  /** What a setting that points at the role must say: the role's true path where it exists. */
  settingValue: string;
  /** Changes that make the role sound; empty where there is nothing to do or nothing may be done. */
  actions: RoleAction[];
  /** Whether settings may point at the role once `actions` are done. */
  usable: boolean;
}

/**
 * Judges the role and says what would make it sound.
 *
 * @param needed whether some target of the account uses the role, or would be set to it
 */
export function judgeRole(
  observed: Read<RoleObservation>,
  desired: DesiredRole,
  configuration: Pick<Configuration, 'existingRole'>,
  needed: boolean,
  accountId: string,
): RoleJudgement {
  switch (observed.kind) {
    case 'failed':
      return unknownRole(desired);
    case 'absent':
      return missingRole(desired, needed);
    case 'value':
      return existingRole(observed.value, desired, configuration, needed, accountId);
  }
}

/** The failed read itself is reported by the caller, who knows how failures become reasons. */
function unknownRole(desired: DesiredRole): RoleJudgement {
  return {
    assessment: {
      settingValue: desired.settingValue,
      arn: desired.arn,
      owner: null,
      state: 'UNKNOWN',
      reasons: [],
      findings: [],
    },
    settingValue: desired.settingValue,
    actions: [],
    usable: false,
  };
}

function missingRole(desired: DesiredRole, needed: boolean): RoleJudgement {
  const findings: Finding[] = needed
    ? [
        {
          code: 'DHMC_ROLE_MISSING',
          subject: desired.arn,
          sentence: `The role ${desired.settingValue} does not exist; enforce creates it.`,
        },
      ]
    : [];
  return {
    assessment: {
      settingValue: desired.settingValue,
      arn: desired.arn,
      owner: null,
      state: needed ? 'MISSING' : 'NOT_NEEDED',
      reasons: findings.map((f) => f.code),
      findings,
    },
    settingValue: desired.settingValue,
    actions: needed ? creationOf(desired) : [],
    usable: needed,
  };
}

function creationOf(desired: DesiredRole): RoleAction[] {
  return [
    {
      kind: 'CreateDhmcRole',
      roleName: desired.roleName,
      path: desired.path,
      trustPolicy: desiredTrustPolicy,
      permissionsBoundaryArn: desired.permissionsBoundaryArn,
      description: 'Default Host Management Configuration role, made by dhmc-rollout',
    },
    ...[...desired.requiredPolicyArns, ...desired.extraPolicyArns].map(
      (policyArn): RoleAction => ({
        kind: 'AttachDhmcRolePolicy',
        roleName: desired.roleName,
        policyArn,
      }),
    ),
  ];
}

function existingRole(
  role: RoleObservation,
  desired: DesiredRole,
  configuration: Pick<Configuration, 'existingRole'>,
  needed: boolean,
  accountId: string,
): RoleJudgement {
  const ours = isOurs(role);
  const settingValue = settingValueOf(role.path, role.roleName);
  const findings: Finding[] = [];
  const find = (code: ReasonCode, sentence: string) => findings.push({ code, subject: role.arn, sentence });

  const trustSound = ours
    ? isDesiredTrust(role.trustPolicy, accountId)
    : trustsSystemsManager(role.trustPolicy, accountId);
  if (!trustSound) {
    find(
      'DHMC_ROLE_TRUST_WRONG',
      `The trust policy of ${settingValue} does not let ssm.amazonaws.com alone assume it.`,
    );
  }

  // Extra policies are wanted on a role of ours and merely allowed on another's.
  const wanted = ours
    ? [...desired.requiredPolicyArns, ...desired.extraPolicyArns]
    : desired.requiredPolicyArns;
  const missing = wanted.filter((arn) => !role.attachedPolicyArns.includes(arn));
  for (const arn of missing) find('DHMC_ROLE_POLICY_MISSING', `${settingValue} lacks the policy ${arn}.`);

  const allowed = new Set([...desired.requiredPolicyArns, ...desired.extraPolicyArns]);
  const beyond = [
    ...role.attachedPolicyArns.filter((arn) => !allowed.has(arn)),
    ...role.inlinePolicyNames.map((name) => `inline policy ${name}`),
  ];
  if (beyond.length > 0) {
    find(
      'DHMC_ROLE_PRIVILEGED',
      `${settingValue} also has ${beyond.join(', ')}; any process on any instance could use that, so no setting is pointed at it.`,
    );
  }

  const privileged = beyond.length > 0;
  const mayRepair = (ours || configuration.existingRole === 'repair') && !privileged;
  const actions = needed && mayRepair ? repairsOf(role, trustSound, missing) : [];
  const reported = needed ? findings : [];
  return {
    assessment: {
      settingValue,
      arn: role.arn,
      owner: ours ? 'OURS' : 'OTHER',
      state: findings.length === 0 ? 'SOUND' : needed ? 'UNSOUND' : 'NOT_NEEDED',
      reasons: [...new Set(reported.map((f) => f.code))].sort(),
      findings: reported,
    },
    settingValue,
    actions,
    usable: !privileged && (findings.length === 0 || mayRepair),
  };
}

function repairsOf(role: RoleObservation, trustSound: boolean, missingPolicyArns: string[]): RoleAction[] {
  const actions: RoleAction[] = [];
  if (!trustSound) {
    actions.push({ kind: 'SetDhmcRoleTrust', roleName: role.roleName, trustPolicy: desiredTrustPolicy });
  }
  for (const policyArn of missingPolicyArns) {
    actions.push({ kind: 'AttachDhmcRolePolicy', roleName: role.roleName, policyArn });
  }
  return actions;
}
