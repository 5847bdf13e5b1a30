/**
 * The account's alternate operations contact as its owner in reports (docs/spec/decisions.md, "What a report says"):
 * only where it is switched on, only of accounts with findings, and known for 30 days.
 */
import type { Configuration } from './model/configuration.ts';
import type { Account, AccountOwner, Timestamp } from './model/primitives.ts';
import type { AccountResult } from './model/result.ts';

/** Of the contact, what a report needs; no telephone number. */
export interface OperationsContact {
  name: string;
  email: string;
}

/** `contact` is null where the account has none. */
export interface KnownContact {
  contact: OperationsContact | null;
  readAt: Timestamp;
}

const KNOWN_MILLISECONDS = 30 * 24 * 3_600_000;

export function isContactFresh({ readAt }: KnownContact, now: Date): boolean {
  return now.getTime() - Date.parse(readAt) < KNOWN_MILLISECONDS;
}

/** Whether the contact is to be read: someone has to be asked, and neither a tag nor an earlier read says whom. */
export function isContactDue(
  { operationsContact }: Pick<Configuration, 'operationsContact'>,
  { owner }: Pick<Account, 'owner'>,
  { targets }: Pick<AccountResult, 'targets'>,
  known: KnownContact | null,
  now: Date,
): boolean {
  return (
    operationsContact === true &&
    owner?.from !== 'TAG' &&
    (known === null || !isContactFresh(known, now)) &&
    targets.some(({ status }) => status === 'NON_COMPLIANT' || status === 'ERROR')
  );
}

/** A tag wins over the contact, the contact over the e-mail address of the account. */
export function withContact(result: AccountResult, known: KnownContact | null): AccountResult {
  if (result.owner?.from === 'TAG' || !known?.contact) return result;
  return { ...result, owner: ownerOf(known.contact) };
}

function ownerOf({ name, email }: OperationsContact): AccountOwner {
  return { name: `${name} <${email}>`, from: 'CONTACT' };
}
