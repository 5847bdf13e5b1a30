/** How a read of AWS ended. */

/**
 * A read either gave a value, or ended in a failure that `core/failures.ts` has classified.
 * `absent` is a separate value: AWS said that there is no such thing.
 */
export type Read<T> = { kind: 'value'; value: T } | { kind: 'absent' } | { kind: 'failed'; failure: Failure };

/** An error of AWS, classified once (core/failures.ts). `action` is the IAM action, e.g. `ssm:GetServiceSetting`. */
export interface Failure {
  kind:
    | 'DENIED_BY_SCP'
    | 'DENIED'
    | 'NOT_READY'
    | 'REGION_DISABLED'
    | 'UNSUPPORTED_IN_REGION'
    | 'THROTTLED'
    | 'UNAVAILABLE'
    | 'CONFLICT'
    | 'INVALID'
    | 'UNEXPECTED';
  action: string;
  /** AWS's error code. */
  code: string;
  /** AWS's message, without credentials. */
  message: string;
}
