/**
 * The DHMC role, once for each account: docs/spec/decisions.md, "DHMC role".
 *
 * The role is judged only as far as some target uses it or would: where every target keeps another
 * team's role, its absence is no fault.
 */
import type { ActionOf } from './model/change.ts';
import type { Configuration } from './model/configuration.ts';
import type { RoleObservation } from './model/observation.ts';
import type { RolePermissions } from './model/permissions.ts';
import type { AccountId, Region } from './model/primitives.ts';
import type { Read } from './model/reads.ts';
import type { Finding, RoleAssessment } from './model/result.ts';
import { awsManagedPolicyArn, iamRoleArn, policyArnIn } from './partition.ts';
import type { NoteCode, ReasonCode } from './reasons.ts';
import type { Control } from './resource-control.ts';
import { decisionsIn, denialsSentence, roleDenials } from './role-permissions.ts';
import { MANAGED_TAG } from './tags.ts';
import type { TrustRequest } from './trust-conditions.ts';
import {
  desiredTrustPolicy,
  judgeTrust,
  repairedTrust,
  type TrustJudgement,
  trustsOthers,
} from './trust-policy.ts';

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
  /** Inline policies that may be there. */
  inlinePolicyNames: string[];
  permissionsBoundaryArn: string | null;
}

export function desiredRole(configuration: Configuration, partition: string, accountId: string): DesiredRole {
  const { name, path, extraPolicies, permissionsBoundary, inlinePolicies } = configuration.dhmcRole;
  const policyArn = (policy: string) => policyArnIn(partition, accountId, policy);
  return {
    roleName: name,
    path,
    arn: iamRoleArn(partition, accountId, path, name),
    settingValue: settingValueOf(path, name),
    requiredPolicyArns: [awsManagedPolicyArn(partition, DHMC_POLICY_NAME)],
    extraPolicyArns: extraPolicies.map(policyArn),
    inlinePolicyNames: inlinePolicies,
    permissionsBoundaryArn: permissionsBoundary === null ? null : policyArn(permissionsBoundary),
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
  /** What counts in one Region, the account's findings included. */
  inRegion(region: Region): RegionalRole;
}

export interface RegionalRole {
  findings: Finding[];
  notes: NoteCode[];
  /** Whether a setting may point at the role once `actions` are done. */
  usable: boolean;
}

/** What the judgement of the role depends on besides the role. */
export interface RoleFacts {
  partition: string;
  accountId: AccountId;
  organizationId: string | null;
  controls: readonly Control[];
  /** Regions that use the role, or would be set to it. */
  neededIn: readonly Region[];
  permissions: readonly RolePermissions[];
  /** Whether an instance is Online there with credentials of the role. */
  isProvenIn(region: Region): boolean;
}

/** Judges the role and says what would make it sound. */
export function judgeRole(
  observed: Read<RoleObservation>,
  desired: DesiredRole,
  configuration: Pick<Configuration, 'existingRole'>,
  facts: RoleFacts,
): RoleJudgement {
  switch (observed.kind) {
    case 'failed':
      return unknownRole(desired);
    case 'absent':
      return missingRole(desired, facts.neededIn.length > 0);
    case 'value':
      return existingRole(observed.value, desired, configuration, facts);
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
    inRegion: () => ({ findings: [], notes: [], usable: false }),
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
    inRegion: () => ({ findings, notes: [], usable: needed }),
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
  facts: RoleFacts,
): RoleJudgement {
  const ours = isOurs(role);
  const needed = facts.neededIn.length > 0;
  const settingValue = settingValueOf(role.path, role.roleName);
  const shared: Finding[] = [];
  const find = (code: ReasonCode, sentence: string) => shared.push({ code, subject: role.arn, sentence });

  const openToOthers = ours && trustsOthers(role.trustPolicy);
  if (openToOthers) {
    find(
      'DHMC_ROLE_TRUST_WRONG',
      `The trust policy of ${settingValue} lets others than ssm.amazonaws.com assume it.`,
    );
  }

  // Extra policies are wanted on a role of ours and merely allowed on another's.
  const wanted = ours
    ? [...desired.requiredPolicyArns, ...desired.extraPolicyArns]
    : desired.requiredPolicyArns;
  const missing = wanted.filter((arn) => !role.attachedPolicyArns.includes(arn));
  for (const arn of missing) find('DHMC_ROLE_POLICY_MISSING', `${settingValue} lacks the policy ${arn}.`);

  const beyond = policiesBeyond(role, desired);
  if (beyond.length > 0) {
    find(
      'DHMC_ROLE_PRIVILEGED',
      `${settingValue} also has ${beyond.join(', ')}; any process on any instance could use that, so no setting is pointed at it.`,
    );
  }

  const privileged = beyond.length > 0;
  const mayRepair = (ours || configuration.existingRole === 'repair') && !privileged;
  // What is above the role is not repaired on it.
  const own: RoleFacts = { ...facts, controls: [] };
  const anywhere = judgeTrust(role.trustPolicy, requestFrom(own, null));
  const trustFaulty = anywhere.verdict === 'REFUSED' || openToOthers;
  const trust = trustFaulty && mayRepair ? repairedTrust(role.trustPolicy, requestFrom(own, null)) : null;
  const regional = new Map(
    facts.neededIn.map((region) => [
      region,
      regionalFindings(role, settingValue, region, facts, { missing, repaired: trust !== null }),
    ]),
  );
  const all = [...shared, ...withoutRepeats([...regional.values()].flatMap(({ findings }) => findings))];
  const reported = needed ? all : [];
  return {
    assessment: {
      settingValue,
      arn: role.arn,
      owner: ours ? 'OURS' : 'OTHER',
      state: all.length === 0 ? 'SOUND' : needed ? 'UNSOUND' : 'NOT_NEEDED',
      reasons: [...new Set(reported.map((f) => f.code))].sort(),
      findings: reported,
    },
    settingValue,
    actions: needed && mayRepair ? repairsOf(role, trust, missing) : [],
    inRegion: (region) => {
      const own = regional.get(region) ?? { findings: [], notes: [], usable: true };
      return {
        findings: [...shared, ...own.findings],
        notes: own.notes,
        usable: !privileged && own.usable && (shared.length === 0 || mayRepair),
      };
    },
  };
}

function requestFrom(
  { partition, accountId, organizationId, controls }: RoleFacts,
  region: Region | null,
): TrustRequest {
  return { partition, accountId, organizationId, region, controls };
}

/** Policies that give more than is wanted or allowed. One that only denies gives nothing. */
function policiesBeyond(role: RoleObservation, desired: DesiredRole): string[] {
  const allowed = new Set([...desired.requiredPolicyArns, ...desired.extraPolicyArns]);
  const allowedInline = new Set([...desired.inlinePolicyNames, ...role.denyOnlyPolicyNames]);
  return [
    ...role.attachedPolicyArns.filter((arn) => !allowed.has(arn)),
    ...role.inlinePolicyNames
      .filter((name) => !allowedInline.has(name))
      .map((name) => `inline policy ${name}`),
  ];
}

/** Trust and effective permissions may be sound in one Region and not in another. */
function regionalFindings(
  role: RoleObservation,
  settingValue: string,
  region: Region,
  facts: RoleFacts,
  { missing, repaired }: { missing: string[]; repaired: boolean },
): RegionalRole {
  const proven = facts.isProvenIn(region);
  const trust = judgeTrust(role.trustPolicy, requestFrom(facts, region));
  const findings: Finding[] = [];
  const notes: NoteCode[] = [];
  if (trust.refusedBy !== null && !proven) {
    findings.push({
      code: 'DHMC_ROLE_DENIED',
      subject: role.arn,
      sentence: `In ${region}, the resource control policy ${trust.refusedBy} denies ssm.amazonaws.com sts:AssumeRole on ${settingValue}; no setting is pointed at it.`,
    });
  } else if (trust.refusedBy === null && trust.verdict === 'REFUSED') {
    const why = trust.isStricter
      ? `keeps ssm.amazonaws.com out in ${region} of ${facts.accountId} by a condition or a Deny; a repair would loosen it, so it is left as it is`
      : 'does not let ssm.amazonaws.com assume it';
    findings.push({
      code: 'DHMC_ROLE_TRUST_WRONG',
      subject: role.arn,
      sentence: `The trust policy of ${settingValue} ${why}.`,
    });
  } else if (trust.verdict === 'CONDITIONAL' && !proven) {
    notes.push('DHMC_ROLE_TRUST_CONDITIONAL');
  }
  const denials = roleDenials(decisionsIn(facts.permissions, region, proven), {
    policiesMissing: missing.length > 0,
  });
  if (denials.length > 0) {
    findings.push({
      code: 'DHMC_ROLE_DENIED',
      subject: role.arn,
      sentence: `In ${region}, ${denialsSentence(settingValue, denials)}; no setting is pointed at it.`,
    });
  }
  return { findings, notes, usable: isTrusted(trust, { proven, repaired }) && denials.length === 0 };
}

/** An instance that is Online contradicts a resource control policy, and is right. */
function isTrusted(
  { verdict, refusedBy }: TrustJudgement,
  { proven, repaired }: { proven: boolean; repaired: boolean },
): boolean {
  return verdict !== 'REFUSED' || (refusedBy === null ? repaired : proven);
}

/** The same sentence of several Regions once. */
function withoutRepeats(findings: Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.sentence}`, finding])).values()];
}

function repairsOf(role: RoleObservation, trust: object | null, missingPolicyArns: string[]): RoleAction[] {
  const actions: RoleAction[] = [];
  if (trust !== null) {
    actions.push({ kind: 'SetDhmcRoleTrust', roleName: role.roleName, trustPolicy: trust });
  }
  for (const policyArn of missingPolicyArns) {
    actions.push({ kind: 'AttachDhmcRolePolicy', roleName: role.roleName, policyArn });
  }
  return actions;
}
