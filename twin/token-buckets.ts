/**
 * Request limits by token buckets: one for each account, Region and operation (data/token-buckets.ts says
 * where it is otherwise). A request takes a token; without one it is refused and takes none. Tokens come
 * back on the twin's clock, continuously (EC2 adds them once a second).
 */
import { AwsError, type Piece } from './contract.ts';
import { type BucketSize, LIMITS, type ServiceLimits } from './data/token-buckets.ts';
import type { CallSite } from './faults.ts';

export interface TokenBuckets {
  /** Throws AwsError in the service's words where there is no token. */
  take(call: CallSite, request: { input: Piece; mutates: boolean }): void;
  /** All full again. */
  clear(): void;
}

interface Bucket extends BucketSize {
  tokens: number;
  /** Twin time of `tokens`, in milliseconds. */
  at: number;
}

/** Above so many buckets the full ones are forgotten, which says the same. */
const FIRST_SWEEP = 10_000;

/** `now`: twin time. */
export function createTokenBuckets(now: () => Date): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  let sweepAt = FIRST_SWEEP;

  const refill = (bucket: Bucket, at: number): Bucket => {
    bucket.tokens = Math.min(bucket.size, bucket.tokens + ((at - bucket.at) / 1000) * bucket.perSecond);
    bucket.at = at;
    return bucket;
  };
  const bucketOf = ({ key, limit }: Limit, at: number): Bucket => {
    const known = buckets.get(key);
    if (known) return refill(known, at);
    const made = { ...limit, tokens: limit.size, at };
    buckets.set(key, made);
    return made;
  };
  const sweep = (at: number): void => {
    for (const [key, bucket] of buckets) {
      if (refill(bucket, at).tokens === bucket.size) buckets.delete(key);
    }
    sweepAt = Math.max(FIRST_SWEEP, 2 * buckets.size);
  };

  return {
    take(call, request) {
      const limits = LIMITS[call.service];
      if (!limits) return;
      const at = now().getTime();
      if (buckets.size > sweepAt) sweep(at);
      const needed = limitsOf(limits, call, request).map((limit) => bucketOf(limit, at));
      if (needed.some(({ tokens }) => tokens < 1)) {
        throw new AwsError(limits.error.code, limits.error.message, limits.error.status);
      }
      for (const bucket of needed) bucket.tokens -= 1;
    },
    clear: () => buckets.clear(),
  };
}

interface Limit {
  key: string;
  limit: BucketSize;
}

/** Every bucket that must have a token for this call. */
function limitsOf(
  limits: ServiceLimits,
  { account, region, service, operation }: CallSite,
  { input, mutates }: { input: Piece; mutates: boolean },
): Limit[] {
  const own = `${account} ${region} ${service}`;
  if (limits.shared) return [{ key: own, limit: limits.shared }];
  const { unpaginated, others } = limits;
  if (unpaginated?.operations.includes(operation) && isUnpaginated(input)) {
    return [{ key: `${own} ${operation} unpaginated`, limit: unpaginated }];
  }
  const limit = limits.operations[operation] ?? (mutates ? others.mutating : others.reading);
  const common = limits.organization?.[operation];
  return [
    { key: `${own} ${operation}`, limit },
    ...(common ? [{ key: `${service} ${operation}`, limit: common }] : []),
  ];
}

/** "Without specifying either pagination or a filter"; a list of ids is neither. */
function isUnpaginated({ MaxResults, NextToken, Filters = [] }: Piece): boolean {
  return MaxResults === undefined && NextToken === undefined && Filters.length === 0;
}
