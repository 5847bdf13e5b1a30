/** A Region's state where the account lets no one list its Regions (docs/spec/decisions.md, "Scope"). */
import type { AccountObservation, RegionObservation } from './model/observation.ts';
import { isYoung } from './scope.ts';

/** Codes by which a service refuses a valid token in a Region that the account has not enabled (EC2 error codes). */
const INVALID_TOKEN: ReadonlySet<string> = new Set([
  'AuthFailure',
  'InvalidClientTokenId',
  'OptInRequired',
  'UnrecognizedClientException',
]);

/**
 * Both lists of Regions are denied, and a token that works elsewhere is invalid here, in an account that is older than
 * a day: the Region is switched off, and nothing is waited for.
 */
export function isInferredDisabled(
  seen: RegionObservation,
  observation: AccountObservation,
  now: Date,
): boolean {
  const { account, regionStates, regions } = observation;
  return (
    regionStates.kind === 'failed' &&
    seen.setting.kind === 'failed' &&
    INVALID_TOKEN.has(seen.setting.failure.code) &&
    regions.some(({ setting }) => setting.kind === 'value') &&
    !isYoung(account, now)
  );
}
