/**
 * Quotas of roles, policies and tags; patterns and lengths are the wire's (wire/constraints.ts). Source: IAM user
 * guide, reference_iam-quotas; the messages of sizes and attachments from users' reports (kubeflow/kubeflow #6687,
 * aws/copilot-cli #5917), those of tags from moto's tests, those of reserved paths and prefixes unverified.
 */
import { AwsError, type Call, type Piece } from '../../contract.ts';
import { iamOf } from './entities.ts';

/** Names of get-account-summary's SummaryMap; a snapshot raises a quota by `Iam.SummaryMap`. */
const DEFAULTS = {
  RolesQuota: 1000,
  AttachedPoliciesPerRoleQuota: 10,
  AssumeRolePolicySizeQuota: 2048,
} as const;

const LONGEST_INLINE_SUM = 10_240;
const MOST_TAGS = 50;

function quotaOf(call: Call, name: keyof typeof DEFAULTS): number {
  const raised: unknown = iamOf(call).SummaryMap?.[name];
  return typeof raised === 'number' ? raised : DEFAULTS[name];
}

/** "IAM doesn't count white space when calculating the size of a policy against these quotas". */
function sizeOf(document: unknown): number {
  return (typeof document === 'string' ? document : JSON.stringify(document)).replace(/\s/g, '').length;
}

/** `document` as the request has it: white space inside strings doesn't count either. */
export function checkTrustSize(document: Piece, call: Call): void {
  const quota = quotaOf(call, 'AssumeRolePolicySizeQuota');
  if (sizeOf(document) > quota) throw exceeded(`Cannot exceed quota for ACLSizePerRole: ${quota}`);
}

/** The sum of the role's inline policies once `name` is `document`. */
export function checkInlineSize(role: Piece, name: string, document: Piece): void {
  const others: Piece[] = (role.RolePolicyList ?? []).filter(({ PolicyName }: Piece) => PolicyName !== name);
  const sum = others.reduce((size, { PolicyDocument }) => size + sizeOf(PolicyDocument), sizeOf(document));
  if (sum > LONGEST_INLINE_SUM) {
    throw exceeded(`Maximum policy size of ${LONGEST_INLINE_SUM} bytes exceeded for role ${role.RoleName}`);
  }
}

export function checkAttachmentCount(role: Piece, policyArn: string, call: Call): void {
  const attached: Piece[] = role.AttachedManagedPolicies ?? [];
  if (attached.some(({ PolicyArn }) => PolicyArn === policyArn)) return;
  const quota = quotaOf(call, 'AttachedPoliciesPerRoleQuota');
  if (attached.length >= quota) throw exceeded(`Cannot exceed quota for PoliciesPerRole: ${quota}`);
}

export function checkRoleCount(call: Call): void {
  const quota = quotaOf(call, 'RolesQuota');
  if (iamOf(call).RoleDetailList.length >= quota) {
    throw exceeded(`Cannot exceed quota for RolesPerAccount: ${quota}`);
  }
}

/** Tags of a request; `present` are those that the role has already. */
export function checkTags(tags: Piece[], present: Piece[] = []): void {
  for (const { Key = '' } of tags) {
    if (/^aws:/i.test(Key)) {
      throw new AwsError('InvalidInput', 'Tag keys that start with aws: are reserved for system use.', 400);
    }
  }
  const keys = tags.map(({ Key }) => String(Key).toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw new AwsError(
      'InvalidInput',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      400,
    );
  }
  const kept = present.filter(({ Key }) => !keys.includes(String(Key).toLowerCase()));
  if (kept.length + tags.length > MOST_TAGS) {
    throw exceeded(`Cannot exceed quota for TagsPerRole: ${MOST_TAGS}`);
  }
}

/** Paths that AWS keeps for its services' roles. */
export function checkPath(path: string): void {
  const reserved = /^\/(?:aws-service-role|aws-reserved)\//.exec(path)?.[0];
  if (reserved) throw new AwsError('InvalidInput', `The path ${reserved} is reserved for AWS.`, 400);
}

function exceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', message, 409);
}
