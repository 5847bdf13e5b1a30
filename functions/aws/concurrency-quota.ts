/** How many Lambda functions may run at once in the operator account. */
import type { Read } from '../core/model/reads.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';

/**
 * GetAccountSettings (Lambda API reference: `GET /2016-08-19/account-settings`): `UnreservedConcurrentExecutions`
 * is what functions without a reservation share. New accounts begin with a quota of 10 (Lambda guide, "Quotas":
 * "new AWS accounts have reduced concurrency"). null where the answer is denied or lacks it: the configured
 * concurrency holds then, and what Lambda refuses is left to settle passes.
 */
export async function readConcurrencyQuota(
  clients: Pick<SessionClients, 'signedFetch'>,
  region: string,
): Promise<number | null> {
  try {
    return await askForQuota(clients, region);
  } catch {
    return null;
  }
}

/** The same for a person, who wants to know why it is not known. */
export async function readQuota(
  clients: Pick<SessionClients, 'signedFetch'>,
  region: string,
): Promise<Read<number>> {
  const answer = await read('lambda:GetAccountSettings', () => askForQuota(clients, region));
  if (answer.kind !== 'value') return answer;
  return answer.value === null ? { kind: 'absent' } : { kind: 'value', value: answer.value };
}

async function askForQuota(
  { signedFetch }: Pick<SessionClients, 'signedFetch'>,
  region: string,
): Promise<number | null> {
  const answer = (await signedFetch({
    service: 'lambda',
    region,
    method: 'GET',
    path: '/2016-08-19/account-settings',
  })) as { AccountLimit?: { UnreservedConcurrentExecutions?: unknown } };
  const quota = answer.AccountLimit?.UnreservedConcurrentExecutions;
  return typeof quota === 'number' && Number.isFinite(quota) ? quota : null;
}
