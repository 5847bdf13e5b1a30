import { GetAlternateContactCommand } from '@aws-sdk/client-account';
import type { Read } from '../core/model/reads.ts';
import type { OperationsContact } from '../core/operations-contact.ts';
import type { SessionClients } from './client-pool.ts';
import { read } from './reads.ts';

/**
 * The operations contact of the session's own account (no AccountId: standalone context). Ten requests a second of an
 * account, in China three (Account Management reference, "Quotas"): a pass asks once.
 */
export function readOperationsContact(clients: SessionClients): Promise<Read<OperationsContact>> {
  return read('account:GetAlternateContact', async () => {
    const command = new GetAlternateContactCommand({ AlternateContactType: 'OPERATIONS' });
    const { AlternateContact: found } = await clients.account().send(command);
    return { name: found?.Name ?? '', email: found?.EmailAddress ?? '' };
  }, ['ResourceNotFoundException']);
}
