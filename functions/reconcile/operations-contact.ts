/** Asks an account with findings for its operations contact, with the reader's session of the look. */
import { readOperationsContact } from '../aws/contact-reader.ts';
import { hasAccountApi } from '../aws/region-reader.ts';
import { describeFailure } from '../core/failures.ts';
import type { AccountResult } from '../core/model/result.ts';
import { isContactDue, type KnownContact } from '../core/operations-contact.ts';
import type { Look } from './look.ts';
import type { Pass } from './pass.ts';

/** What is known of it after this pass; null where it is switched off or could not be read yet. */
export async function findContact(
  { settings, account, previous, run, dependencies }: Pass,
  { observed }: Look,
  result: AccountResult,
): Promise<KnownContact | null> {
  if (!settings.operationsContact) return null;
  const known = previous?.contact ?? null;
  const { clock, log } = dependencies;
  const now = clock.now();
  if (observed.clients === null || !hasAccountApi(run.homeRegion)) return known;
  if (!isContactDue(settings, account, result, known, now)) return known;
  const answer = await readOperationsContact(observed.clients);
  if (answer.kind === 'failed') {
    log.warn('the operations contact cannot be read', { why: describeFailure(answer.failure) });
    return known;
  }
  return { contact: answer.kind === 'value' ? answer.value : null, readAt: now.toISOString() };
}
