/**
 * Refuses a request whose signature AWS would refuse, in the words of the service.
 *
 * Codes and words, by confidence. Documented: EC2 (AuthFailure, RequestExpired with 15 minutes: EC2 API
 * reference, errors-overview), InvalidSignatureException and SignatureDoesNotMatch. From users' reports:
 * 5 minutes of the JSON services (hassy/artillery-dino #2) and of Route 53, which answers
 * SignatureDoesNotMatch (hashicorp/terraform #9333), 15 minutes of STS (aws/aws-cli #6676). Inferred: IAM as
 * STS; the words for a header that is not signed.
 */
import { AwsError } from '../contract.ts';
import type { Session } from '../sessions.ts';
import type { Protocol } from '../wire/models.ts';
import type { WireRequest } from '../wire/read.ts';
import { type Authorization, formatTimestamp } from './authorization.ts';
import { isSignatureRight, unsignedHeaders } from './verify.ts';

/** Whether the time of a signature is compared with the wall clock. */
export type ClockSkew = 'refuse' | 'ignore';

interface Refusal {
  code: string;
  status: number;
  minutes: number;
}

const REFUSALS: Record<Protocol, Refusal> = {
  awsJson1_1: { code: 'InvalidSignatureException', status: 400, minutes: 5 },
  restJson1: { code: 'InvalidSignatureException', status: 403, minutes: 5 },
  awsQuery: { code: 'SignatureDoesNotMatch', status: 403, minutes: 15 },
  restXml: { code: 'SignatureDoesNotMatch', status: 403, minutes: 5 },
  ec2Query: { code: 'AuthFailure', status: 401, minutes: 15 },
};

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** The request carries no signature. EC2 and STS: public answers to unsigned calls; the others inferred. */
export function unsigned(protocol: Protocol): AwsError {
  switch (protocol) {
    case 'ec2Query':
      return new AwsError('MissingParameter', 'The request must contain the parameter AWSAccessKeyId', 400);
    case 'awsJson1_1':
      return new AwsError(
        'MissingAuthenticationTokenException',
        'Request is missing Authentication Token',
        400,
      );
    case 'restJson1':
      return new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
    case 'awsQuery':
      return new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
    case 'restXml':
      return new AwsError('MissingAuthenticationToken', 'Missing Authentication Token', 403);
  }
}

/** The scope names another service than the request addresses. */
export function wrongService(protocol: Protocol, addressed: string): AwsError {
  return refusal(protocol, `Credential should be scoped to correct service: '${addressed}'. `);
}

/**
 * Throws AwsError where the time of signing is off, the scope's date is another, a header is not signed or
 * the signature is not the session's. The wall clock counts (docs/spec/twin.md, "Clock").
 */
export function checkSignature(
  claim: Authorization,
  request: WireRequest,
  session: Session,
  protocol: Protocol,
  skew: ClockSkew,
): void {
  if (skew === 'refuse') checkTime(claim, protocol);
  const day = claim.timestamp.slice(0, 8);
  if (claim.date !== day) {
    throw refusal(
      protocol,
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${claim.date}' != '${day}', from '${claim.timestamp}'.`,
    );
  }
  const [header] = unsignedHeaders(claim, request);
  if (header === 'host' || !claim.signedHeaders.includes('host')) {
    throw refusal(protocol, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (header) throw refusal(protocol, `'${header}' must be a 'SignedHeader' in the AWS Authorization.`);
  if (!isSignatureRight(claim, request, session)) throw refusal(protocol, MISMATCH);
}

function checkTime({ timestamp, expires }: Authorization, protocol: Protocol): void {
  const { minutes } = REFUSALS[protocol];
  const now = Date.now();
  const allowed = minutes * 60_000;
  const signed = Date.parse(
    timestamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  const shown = formatTimestamp(new Date(now));
  const earliest = expires === null ? now - allowed : now - expires * 1000;
  if (signed < earliest) {
    const shift = expires === null ? ` (${shown} - ${minutes} min.)` : '';
    const than = expires === null ? formatTimestamp(new Date(earliest)) : shown;
    throw expired(protocol, `Signature expired: ${timestamp} is now earlier than ${than}${shift}`);
  }
  // a timestamp that is no time at all fails both comparisons
  if (!(signed <= now + allowed)) {
    const latest = formatTimestamp(new Date(now + allowed));
    throw expired(
      protocol,
      `Signature not yet current: ${timestamp} is still later than ${latest} (${shown} + ${minutes} min.)`,
    );
  }
}

/**
 * A scope of a Region that the twin lacks, as AWS answers for one that it lacks ("Credential should be scoped to a valid
 * region", public reports), with what the twin has: it may well be a Region of AWS's.
 */
export function unknownRegion(protocol: Protocol, region: string, regions: readonly string[]): AwsError {
  const { code, message, status } = refusal(
    protocol,
    `Credential should be scoped to a valid region, not '${region}'.`,
  );
  const hint = `The twin's Regions are ${regions.join(', ')}; sign for one of these, or add ${region} to the snapshot.`;
  return new AwsError(code, `${message} (${hint})`, status);
}

function refusal(protocol: Protocol, message: string): AwsError {
  const { code, status } = REFUSALS[protocol];
  // EC2 gives no reason
  const shown =
    protocol === 'ec2Query' ? 'AWS was not able to validate the provided access credentials' : message;
  return new AwsError(code, shown, status);
}

function expired(protocol: Protocol, message: string): AwsError {
  if (protocol === 'ec2Query') return new AwsError('RequestExpired', 'Request has expired.', 400);
  return refusal(protocol, message);
}
