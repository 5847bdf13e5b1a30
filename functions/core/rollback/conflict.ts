/** What keeps an entry from being rolled back, as findings. */
import type { Finding } from '../model/result.ts';
import type { RollbackEntry } from './entry.ts';

export function conflict(subject: string, sentence: string): Finding {
  return { code: 'ROLLBACK_CONFLICT', subject, sentence };
}

export function notReversible(entry: Pick<RollbackEntry, 'action' | 'resource' | 'runId'>): Finding {
  return {
    code: 'NOT_REVERSIBLE',
    subject: entry.resource,
    sentence: `${entry.action.kind} of ${entry.resource} by ${entry.runId} cannot be rolled back.`,
  };
}

export function notRecognized({ resource, runId, seq }: RollbackEntry, problem: string): Finding {
  return {
    code: 'NOT_REVERSIBLE',
    subject: resource,
    sentence: `Journal entry ${seq} of ${runId} about ${resource} cannot be rolled back by this version (${problem}); use the version that wrote it.`,
  };
}

/** The answer to the change was lost, and live state cannot be read now either. */
export function notSeen({ action, resource, runId }: RollbackEntry): Finding {
  return {
    code: 'READ_FAILED',
    subject: resource,
    sentence: `Whether ${action.kind} of ${resource} by ${runId} was carried out cannot be seen; roll back again once it can be read.`,
  };
}
