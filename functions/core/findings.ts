/** How a classified failure of AWS reads as a reason (docs/spec/decisions.md, "Scope"). */
import { denyingPolicy, describeFailure } from './failures.ts';
import type { Failure } from './model/reads.ts';
import type { Finding } from './model/result.ts';
import type { ReasonCode, ReasonEntry } from './reasons.ts';

/** Reason of a failed read inside an account that could be entered. */
export function readFailureFinding(failure: Failure, subject: string | null): Finding {
  return { code: readFailureCode(failure), subject, sentence: sentenceOf(failure) };
}

function readFailureCode(failure: Failure): ReasonCode {
  switch (failure.kind) {
    case 'DENIED_BY_SCP':
      return 'ACTION_DENIED_BY_SCP';
    case 'DENIED':
      return 'ACCESS_DENIED';
    case 'NOT_READY':
      return 'ACCOUNT_NOT_READY';
    case 'REGION_DISABLED':
      return 'REGION_NOT_ENABLED';
    case 'UNSUPPORTED_IN_REGION':
      return 'DHMC_NOT_IN_REGION';
    case 'THROTTLED':
    case 'UNAVAILABLE':
    case 'CONFLICT':
      return 'AWS_UNAVAILABLE';
    case 'INVALID':
    case 'UNEXPECTED':
      return 'READ_FAILED';
  }
}

/** Reason of a change that AWS refused. */
export function writeFailureFinding(failure: Failure, subject: string | null): Finding {
  return { code: writeFailureCode(failure), subject, sentence: sentenceOf(failure) };
}

function writeFailureCode(failure: Failure): ReasonCode {
  switch (failure.kind) {
    case 'DENIED_BY_SCP':
      return 'ACTION_DENIED_BY_SCP';
    case 'DENIED':
      return 'ACCESS_DENIED';
    case 'NOT_READY':
      return 'ACCOUNT_NOT_READY';
    case 'THROTTLED':
    case 'UNAVAILABLE':
      return 'AWS_UNAVAILABLE';
    case 'CONFLICT':
      return 'STATE_CHANGED';
    case 'REGION_DISABLED':
    case 'UNSUPPORTED_IN_REGION':
    case 'INVALID':
    case 'UNEXPECTED':
      return 'WRITE_FAILED';
  }
}

/**
 * Reason of an endpoint change that AWS refused. Codes and words: EC2 API error codes page and public reports
 * ("conflicting DNS domain", "does not support the availability zone of the subnet").
 */
export function endpointFailureFinding(failure: Failure, vpcId: string | null): Finding {
  const { code, message } = failure;
  const known = ENDPOINT_REFUSALS.find(({ codes, words }) => codes.test(code) && words.test(message));
  if (!known) return writeFailureFinding(failure, vpcId);
  return { code: known.reason, subject: vpcId, sentence: `${known.meaning} (${describeFailure(failure)}).` };
}

const ENDPOINT_REFUSALS: { codes: RegExp; words: RegExp; reason: ReasonCode; meaning: string }[] = [
  {
    codes: /^InvalidParameter/,
    words: /conflicting DNS domain|private-dns-enabled cannot be set/i,
    reason: 'PRIVATE_DNS_CONFLICT',
    meaning: 'Another endpoint or private hosted zone already holds the private DNS name',
  },
  {
    codes: /^ConflictingDomainExists$/,
    words: /.*/,
    reason: 'PRIVATE_DNS_CONFLICT',
    meaning: 'Another endpoint or private hosted zone already holds the name in the VPC',
  },
  {
    codes: /^InvalidParameter/,
    words: /does not support the availability zone/i,
    reason: 'ENDPOINT_ZONE_UNSUPPORTED',
    meaning: 'The service does not support the Availability Zone of the subnet',
  },
  {
    codes: /^InsufficientFreeAddressesInSubnet$/,
    words: /.*/,
    reason: 'ENDPOINT_SUBNET_FULL',
    meaning: 'The subnet has no free address for the endpoint',
  },
  {
    codes: /^DependencyViolation$/,
    words: /.*/,
    reason: 'ENDPOINT_PENDING',
    meaning: 'Something still uses it, such as an endpoint that is being deleted; the next pass tries again',
  },
  {
    codes: /LimitExceeded$/,
    words: /.*/,
    reason: 'WRITE_FAILED',
    meaning: 'A quota of the account is used up; ask for more, or remove what is not needed',
  },
];

function sentenceOf(failure: Failure): string {
  switch (failure.kind) {
    case 'DENIED_BY_SCP':
      return `A service control policy denies ${failure.action}: ${oneLine(failure.message)}.`;
    case 'DENIED':
      return `${deniedBy(failure)} ${failure.action}: ${oneLine(failure.message)}.`;
    case 'THROTTLED':
      return `AWS kept throttling ${failure.action}.`;
    default:
      return `${describeFailure(failure)}.`;
  }
}

function deniedBy(failure: Failure): string {
  switch (denyingPolicy(failure)) {
    case 'RCP':
      return 'A resource control policy denies the member role';
    case 'BOUNDARY':
      return 'A permissions boundary denies the member role';
    case 'SESSION':
      return 'A session policy denies the member role';
    case 'ENDPOINT':
      return 'The policy of a VPC endpoint denies the member role';
    default:
      return 'The member role may not call';
  }
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}

/** Sorted set of the codes of some findings; a waived one reads `WAIVED:<code>`. */
export function codesOf(findings: Finding[]): ReasonEntry[] {
  return [
    ...new Set(findings.map(({ code, waived }): ReasonEntry => (waived ? `WAIVED:${code}` : code))),
  ].sort();
}
