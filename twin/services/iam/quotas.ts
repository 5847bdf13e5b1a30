/**
 * Quotas and patterns of roles, policies and tags. Source: IAM user guide, reference_iam-quotas, and the API
 * reference's constraints; the messages of sizes and attachments from users' reports (kubeflow/kubeflow #6687,
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
  if (tags.length > MOST_TAGS) {
    throw constraint(
      'tags',
      `${tags.length} entries`,
      `Member must have length less than or equal to ${MOST_TAGS}`,
    );
  }
  tags.forEach(({ Key = '', Value = '' }, index) => {
    checkTagText(`tags.${index + 1}.member.key`, String(Key), 1, 128);
    checkTagText(`tags.${index + 1}.member.value`, String(Value), 0, 256);
    if (/^aws:/i.test(Key)) {
      throw new AwsError('InvalidInput', 'Tag keys that start with aws: are reserved for system use.', 400);
    }
  });
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

function checkTagText(name: string, text: string, least: number, most: number): void {
  if (text.length < least) {
    throw constraint(name, text, `Member must have length greater than or equal to ${least}`);
  }
  if (text.length > most) {
    throw constraint(name, text, `Member must have length less than or equal to ${most}`);
  }
  if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)) {
    throw constraint(
      name,
      text,
      'Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
    );
  }
}

/** Patterns and ranges of the API reference, CreateRole. */
export function checkRoleInput(input: Piece): void {
  const {
    RoleName: roleName = '',
    Path: path = '/',
    Description: description,
    MaxSessionDuration: seconds,
  } = input;
  checkName('roleName', String(roleName), 64);
  if (!/^(\/|\/[\u0021-\u007e]+\/)$/.test(path) || path.length > 512) {
    throw invalid(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  }
  const reserved = /^\/(?:aws-service-role|aws-reserved)\//.exec(path)?.[0];
  if (reserved) throw new AwsError('InvalidInput', `The path ${reserved} is reserved for AWS.`, 400);
  if (description !== undefined && String(description).length > 1000) {
    throw constraint('description', description, 'Member must have length less than or equal to 1000');
  }
  if (description !== undefined && !/^[\t\n\r\u0020-\u007e\u00a1-\u00ff]*$/.test(String(description))) {
    throw constraint(
      'description',
      description,
      'Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*',
    );
  }
  if (seconds === undefined) return;
  if (seconds < 3600) {
    throw constraint('maxSessionDuration', seconds, 'Member must have value greater than or equal to 3600');
  }
  if (seconds > 43_200) {
    throw constraint('maxSessionDuration', seconds, 'Member must have value less than or equal to 43200');
  }
}

/** A name of a role (64) or a policy (128). */
export function checkName(name: string, value: string, most: number): void {
  if (!/^[\w+=,.@-]+$/.test(value)) {
    throw invalid(
      `The specified value for ${name} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  if (value.length > most) {
    throw constraint(name, value, `Member must have length less than or equal to ${most}`);
  }
}

function exceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', message, 409);
}

function constraint(name: string, value: unknown, text: string): AwsError {
  return invalid(
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: ${text}`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message, 400);
}
