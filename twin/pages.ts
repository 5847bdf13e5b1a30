import { createHash } from 'node:crypto';
import { AwsError, type Call } from './contract.ts';

/** Sizes of a page where the request names none (`aws`), and what it may name. */
export interface PageLimits {
  aws: number;
  least?: number;
  most?: number;
}

/** How a service answers a token or a page size that it does not take. Codes are documented; wording, where no source is named beside it, is unverified. */
interface Refusal {
  token: [code: string, message: string];
  size: [code: string, message: (range: string) => string];
}

const REFUSALS: Record<string, Refusal> = {
  // InvalidInputException, reasons INVALID_NEXT_TOKEN and MAX_VALUE_EXCEEDED: Organizations API reference
  organizations: {
    token: ['InvalidInputException', 'You specified an invalid value. (INVALID_NEXT_TOKEN)'],
    size: [
      'InvalidInputException',
      (range) => `You specified an invalid value for MaxResults; expected ${range}.`,
    ],
  },
  // InvalidNextToken: "The specified token isn't valid.", SSM API reference
  ssm: {
    token: ['InvalidNextToken', 'The specified token is not valid.'],
    size: [
      'ValidationException',
      (range) =>
        `1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must be ${range}`,
    ],
  },
  // "InvalidNextToken: The specified NextToken is not valid", "InvalidParameterValue": EC2 error codes
  ec2: {
    token: ['InvalidNextToken', 'The specified NextToken is not valid.'],
    size: [
      'InvalidParameterValue',
      (range) => `Value for parameter MaxResults is invalid. Expecting a value ${range}.`,
    ],
  },
  iam: {
    token: ['ValidationError', 'Invalid Marker.'],
    size: [
      'ValidationError',
      (range) =>
        `1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must be ${range}`,
    ],
  },
  // InvalidNextTokenException, InvalidParameterException: models of the two
  route53resolver: resolverRefusal(),
  route53profiles: resolverRefusal(),
  ram: resolverRefusal(),
  route53: {
    token: ['InvalidPaginationToken', 'The specified pagination token is not valid.'],
    size: ['InvalidInput', (range) => `MaxItems must be ${range}`],
  },
};

function resolverRefusal(): Refusal {
  return {
    token: ['InvalidNextTokenException', 'The value of NextToken is not valid.'],
    size: ['InvalidParameterException', (range) => `MaxResults must be ${range}`],
  };
}

const OTHER: Refusal = {
  token: ['ValidationException', 'Invalid NextToken.'],
  size: [
    'ValidationException',
    (range) =>
      `1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must be ${range}`,
  ],
};

/**
 * One page of `items`. With `--pages small` a page holds 2 to 5 entries and one in four is empty with a
 * token, as Organizations documents; both follow from the call, so that a run can be repeated.
 * A token belongs to the service, operation, account and Region that gave it out.
 * Throws AwsError in the service's words for another's token or a page size outside `limits`.
 */
export function paginate<T>(
  items: T[],
  token: string | undefined,
  maximum: number | undefined,
  call: Call,
  limits: PageLimits,
): { items: T[]; token: string | undefined } {
  const refusal = REFUSALS[call.service] ?? OTHER;
  checkSize(maximum, limits, refusal);
  const seed = hash(`${call.service}/${call.operation}/${call.accountId}/${call.region}`);
  const { offset, page } = token === undefined ? { offset: 0, page: 0 } : readToken(token, seed, refusal);
  const size = pageSize(seed, page, call, items.length - offset);
  const end = offset + Math.min(size, maximum ?? limits.aws);
  return {
    items: items.slice(offset, end),
    token: end < items.length ? writeToken(seed, end, page + 1) : undefined,
  };
}

function pageSize(seed: number, page: number, call: Call, left: number): number {
  if (call.pages === 'aws') return Number.POSITIVE_INFINITY;
  if (left > 0 && (seed + page) % 4 === 2) return 0;
  return 2 + (((seed >>> 4) + page) % 4);
}

function checkSize(maximum: number | undefined, limits: PageLimits, refusal: Refusal): void {
  if (maximum === undefined) return;
  const least = limits.least ?? 1;
  const [code, message] = refusal.size;
  if (maximum < least) throw new AwsError(code, message(`greater than or equal to ${least}`));
  if (limits.most !== undefined && maximum > limits.most) {
    throw new AwsError(code, message(`less than or equal to ${limits.most}`));
  }
}

function writeToken(seed: number, offset: number, page: number): string {
  return Buffer.from(`${seed.toString(36)}.${offset}.${page}`).toString('base64url');
}

function readToken(token: string, seed: number, refusal: Refusal): { offset: number; page: number } {
  const match = /^([0-9a-z]+)\.(\d{1,9})\.(\d{1,9})$/.exec(
    Buffer.from(token, 'base64url').toString('latin1'),
  );
  if (match?.[1] !== seed.toString(36)) throw new AwsError(...refusal.token);
  return { offset: Number(match[2]), page: Number(match[3]) };
}

function hash(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}
