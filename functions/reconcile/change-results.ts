/** What became of a change, as results have it. Apart from what makes changes, which most accounts never load. */
import { changeDetail } from '../core/changes/changes.ts';
import { describeFailure } from '../core/failures.ts';
import type { Change, ChangeError, ChangeResult } from '../core/model/change.ts';
import type { Failure } from '../core/model/reads.ts';
import type { ChangeEnd } from './journaled-change.ts';

/** A change as planned, before or without its application. */
export function plannedResult(change: Change): ChangeResult {
  return resultOf(change, undefined);
}

/** A change that was not attempted because of a failure before it, such as a writer that can't be assumed. */
export function failedResult(change: Change, error: ChangeError): ChangeResult {
  return { ...resultOf(change, undefined), outcome: 'FAILED', error };
}

export function changeError(failure: Failure): ChangeError {
  const { code, kind, action } = failure;
  return { code, message: describeFailure(failure), kind, action };
}

export function resultOf(change: Change, end: ChangeEnd | undefined): ChangeResult {
  const failure = end?.kind === 'failed' ? end.failure : null;
  return {
    id: change.id,
    kind: change.action.kind,
    resource: change.resource,
    outcome: end?.kind === 'applied' || end?.kind === 'not-seen' ? 'APPLIED' : failure ? 'FAILED' : 'PLANNED',
    error: failure && changeError(failure),
    monthlyCostUsd: change.monthlyCostUsd,
    detail: changeDetail(change),
  };
}
