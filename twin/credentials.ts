import { AwsError, type TwinState } from './contract.ts';
import { roleInEffect } from './iam/policies.ts';
import { globalRegion, isGlobalService } from './partitions.ts';
import { type Session, sessionsOf } from './sessions.ts';
import type { Authorization } from './signature/authorization.ts';
import { unknownRegion } from './signature/check.ts';
import type { Protocol } from './wire/models.ts';

/** The part of a signature's claim that says who calls and where. */
export type CredentialScope = Pick<Authorization, 'accessKeyId' | 'region' | 'service'>;

type Refusals = Record<'invalid' | 'expired', [code: string, message: string, status: number]>;

const INVALID = 'The security token included in the request is invalid.';
const EXPIRED = 'The security token included in the request is expired';

/**
 * How services refuse credentials. EC2 and the others in Regions not opted in to: turbot/steampipe-plugin-aws
 * #75 (AuthFailure 401), ekristen/aws-nuke #774 (JSON 400, Query 403), which is as for unknown credentials.
 */
const REFUSALS: Record<Protocol, Refusals> = {
  awsJson1_1: {
    invalid: ['UnrecognizedClientException', INVALID, 400],
    expired: ['ExpiredTokenException', EXPIRED, 400],
  },
  restJson1: {
    invalid: ['UnrecognizedClientException', INVALID, 403],
    expired: ['ExpiredTokenException', EXPIRED, 403],
  },
  awsQuery: { invalid: ['InvalidClientTokenId', INVALID, 403], expired: ['ExpiredToken', EXPIRED, 403] },
  restXml: { invalid: ['InvalidClientTokenId', INVALID, 403], expired: ['ExpiredToken', EXPIRED, 403] },
  ec2Query: {
    invalid: ['AuthFailure', 'AWS was not able to validate the provided access credentials', 401],
    expired: ['RequestExpired', 'Request has expired.', 400],
  },
};

/** The session that signed. Expiry is wall time. Throws AwsError in the protocol's words. */
export function findSession(
  state: TwinState,
  scope: CredentialScope,
  token: string | undefined,
  protocol: Protocol,
): Session {
  const session = sessionsOf(state).find(scope.accessKeyId);
  if (!session || session.sessionToken !== token) throw new AwsError(...REFUSALS[protocol].invalid);
  if (session.expiresAt <= Date.now()) throw new AwsError(...REFUSALS[protocol].expired);
  if (!isOfPresentRole(state, session)) throw new AwsError(...REFUSALS[protocol].invalid);
  return session;
}

/**
 * A session ends with its role, and one recreated under its name is another role. The code is inferred:
 * credentials whose principal is gone read as unknown ones.
 */
function isOfPresentRole(state: TwinState, { principal }: Session): boolean {
  if (principal.madeUp) return true;
  const role = roleInEffect(state, principal.accountId, principal.roleName);
  return role !== undefined && role.RoleId === principal.userId.split(':')[0];
}

/**
 * The Region in which a call runs. Global services run in the partition's global Region whatever was
 * signed for, and STS's global endpoint is signed for that Region too, so that it need not be the twin's.
 * Throws AwsError where the twin has no such Region, or the account has not enabled it.
 */
export function effectiveRegion(
  state: TwinState,
  scope: CredentialScope,
  accountId: string,
  protocol: Protocol,
): string {
  const { service, region } = scope;
  const global = globalRegion(state.partition, service);
  if (isGlobalService(service) || (service === 'sts' && region === global)) return global;
  if (!state.regions.includes(region)) {
    throw unknownRegion(protocol, region, state.regions);
  }
  const status = state.region(accountId, region).RegionOptStatus;
  if (status !== 'ENABLED' && status !== 'ENABLED_BY_DEFAULT')
    throw new AwsError(...REFUSALS[protocol].invalid);
  return region;
}
