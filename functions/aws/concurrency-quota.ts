/** How many Lambda functions may run at once in the operator account. */
import type { SessionClients } from './client-pool.ts';

/**
 * GetAccountSettings (Lambda API reference: `GET /2016-08-19/account-settings`): `UnreservedConcurrentExecutions`
 * is what functions without a reservation share. New accounts begin with a quota of 10 (Lambda guide, "Quotas":
 * "new AWS accounts have reduced concurrency"). null where the answer is denied or lacks it: the configured
 * concurrency holds then, and what Lambda refuses is left to settle passes.
 */
export async function readConcurrencyQuota(
  { signedFetch }: Pick<SessionClients, 'signedFetch'>,
  region: string,
): Promise<number | null> {
  try {
    const answer = (await signedFetch({
      service: 'lambda',
      region,
      method: 'GET',
      path: '/2016-08-19/account-settings',
    })) as { AccountLimit?: { UnreservedConcurrentExecutions?: unknown } };
    const quota = answer.AccountLimit?.UnreservedConcurrentExecutions;
    return typeof quota === 'number' && Number.isFinite(quota) ? quota : null;
  } catch {
    return null;
  }
}
