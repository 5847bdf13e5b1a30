/**
 * Every error of AWS, classified once. Adapters hand over what was thrown as plain facts; the outcomes
 * (docs/spec/decisions.md, "Scope", "DHMC role", "Service setting") are chosen from the class, never from an error code again.
 *
 * Sources: SDK type docs of each operation; the EC2 API error codes page (OptInRequired, PendingVerification,
 * AuthFailure, UnauthorizedOperation, RequestLimitExceeded); the IAM troubleshooting page on access denied
 * messages ("with an explicit deny in a service control policy", "because no service control policy allows").
 */
import type { Failure } from './model/reads.ts';

/** What an adapter knows of a thrown error. */
export interface ThrownFacts {
  /** The error's name: AWS's code, or a transport's (TimeoutError, ECONNRESET). */
  name: string;
  message: string;
  /** HTTP status; null when no answer came. */
  status: number | null;
}

/**
 * EC2's refusals of a request as it is: nothing was made, and sending it again changes nothing (EC2 API
 * error codes page). RequestLimitExceeded is a throttle and known before.
 */
const REFUSED_BY_EC2 =
  /^Invalid|^Duplicate|^Insufficient|LimitExceeded$|NotFound$|^DependencyViolation$|^IdempotentParameterMismatch$|^IncorrectState$|^UnsupportedOperation$|^MissingParameter$/;

const SCP_DENIAL = /explicit deny in a service control policy|no service control policy allows/i;

const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'UnauthorizedException',
  'NotAuthorized',
  'Client.UnauthorizedOperation',
]);

/** Errors of an account or Region that AWS has not finished setting up (EC2 error codes; S/K in the facts). */
const NOT_READY = new Set([
  'OptInRequired',
  'PendingVerification',
  'SubscriptionRequiredException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'AuthFailure',
]);

const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'TooManyUpdates',
  'BandwidthLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'SlowDown',
  'EC2ThrottledException',
]);

const UNAVAILABLE = new Set([
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'InternalServiceException',
  'ServiceException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ServiceFailure',
  'RequestTimeout',
  'RequestTimeoutException',
  'TimeoutError',
  'NetworkingError',
  'AbortError',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  // A session that ran out in the middle: the next pass assumes the role anew.
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  // Clocks that differ: the SDK corrects its own by the answer's Date, and the next try fits.
  'RequestTimeTooSkewed',
  'RequestInTheFuture',
]);

const CONFLICT = new Set([
  'EntityAlreadyExists',
  'EntityAlreadyExistsException',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'DeleteConflict',
  'DeleteConflictException',
  'HostedZoneAlreadyExists',
]);

const INVALID = new Set([
  'ValidationException',
  'ValidationError',
  'InvalidInput',
  'InvalidInputException',
  'InvalidParameterValue',
  'MalformedPolicyDocument',
  'MalformedPolicyDocumentException',
  // Refusals of Route 53 (API reference): nothing was changed.
  'ConflictingDomainExists',
  'HostedZoneNotEmpty',
  'LastVPCAssociation',
  'LimitsExceeded',
  'NoSuchHostedZone',
  'NotAuthorizedException',
  'PublicZoneVPCAssociation',
  'TooManyHostedZones',
  'TooManyVPCAssociationAuthorizations',
]);

/** Classifies one error of the call behind `action` (an IAM action such as `ssm:GetServiceSetting`). */
export function classifyFailure(thrown: ThrownFacts, action: string): Failure {
  const kind = kindOf(thrown);
  const denied = kind === 'DENIED_BY_SCP' || kind === 'DENIED';
  return {
    kind,
    action: (denied && deniedAction(thrown.message)) || action,
    code: thrown.name,
    message: thrown.message,
  };
}

/**
 * The action that AWS's message names: one call needs several, and CreateRole with tags is denied for iam:TagRole
 * (IAM user guide, "Troubleshoot access denied error messages": "User: arn is not authorized to perform: action on
 * resource: ..."; a boundary's and an SCP's implicit denial: "because no ... allows the action").
 */
function deniedAction(message: string): string | null {
  return /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(message)?.[1] ?? null;
}

/** The kind of policy that AWS's message names (IAM user guide, "Troubleshoot access denied error messages"). */
export type DenyingPolicy = 'SCP' | 'RCP' | 'BOUNDARY' | 'SESSION' | 'ENDPOINT' | 'RESOURCE' | 'IDENTITY';

const DENYING_POLICIES: [DenyingPolicy, RegExp][] = [
  ['SCP', /service control polic/i],
  ['RCP', /resource control polic/i],
  ['BOUNDARY', /permissions boundar/i],
  ['SESSION', /session polic/i],
  ['ENDPOINT', /VPC endpoint polic/i],
  ['RESOURCE', /resource-based polic/i],
  ['IDENTITY', /identity-based polic/i],
];

/** null where the message names none, or it is no denial. */
export function denyingPolicy({ kind, message }: Failure): DenyingPolicy | null {
  if (kind !== 'DENIED' && kind !== 'DENIED_BY_SCP') return null;
  const because = /(?:with an explicit deny in|because no) (.*)$/is.exec(message)?.[1] ?? '';
  return DENYING_POLICIES.find(([, words]) => words.test(because))?.[0] ?? null;
}

function kindOf({ name, message, status }: ThrownFacts): Failure['kind'] {
  if (SCP_DENIAL.test(message)) return 'DENIED_BY_SCP';
  if (DENIED.has(name)) return 'DENIED';
  // STS answers RegionDisabledException where its Region is off (AssumeRole, Errors).
  if (name === 'RegionDisabledException') return 'REGION_DISABLED';
  // ServiceSettingNotFound: "The specified service setting was not found" (GetServiceSetting); a host name
  // that does not resolve is a Region in which the service has no endpoint.
  if (name === 'ServiceSettingNotFound' || name === 'ENOTFOUND') return 'UNSUPPORTED_IN_REGION';
  if (NOT_READY.has(name)) return 'NOT_READY';
  // A quota of IAM: it answers 409, where a throttle answers 400 or 429 (IAM API, common errors of CreateRole).
  if (/^LimitExceeded(Exception)?$/.test(name) && status === 409) return 'INVALID';
  if (THROTTLED.has(name) || status === 429) return 'THROTTLED';
  if (UNAVAILABLE.has(name) || status === null || status >= 500) return 'UNAVAILABLE';
  if (CONFLICT.has(name)) return 'CONFLICT';
  if (INVALID.has(name) || REFUSED_BY_EC2.test(name)) return 'INVALID';
  return 'UNEXPECTED';
}

/** Whether the change may nevertheless have been made: the answer got lost, or the server failed after the work. */
export function mayHaveHappened(failure: Failure): boolean {
  return failure.kind === 'UNAVAILABLE' || failure.kind === 'UNEXPECTED';
}

/**
 * One line for a log, a finding or a failed change, without the period in which some of AWS's messages end: the
 * sentence around it has its own.
 */
export function describeFailure(failure: Failure): string {
  const message = failure.message.replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  return `${failure.action}: ${failure.code}: ${message}`;
}
