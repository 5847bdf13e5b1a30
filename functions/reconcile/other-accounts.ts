/**
 * Reads of other accounts, for what only they can say of this one: the owner of a shared VPC, and of what a Route 53
 * Profile holds. The reader's role is assumed once per account and invocation, and only where the rollout covers it;
 * what it answers is kept for the accounts that ask the same.
 */
import { assumeMemberRole, type MemberRole } from '../aws/assume-role.ts';
import type { ClientPool, SessionClients } from '../aws/client-pool.ts';
import { type ReadMemory, withMemory } from '../aws/read-memory.ts';
import type { AccountId } from '../core/model/primitives.ts';
import type { Read } from '../core/model/reads.ts';

/** null for an account that the rollout does not cover. */
export type SessionOf = (accountId: AccountId) => Promise<Read<SessionClients> | null>;

export function sessionsOfOthers(
  pool: ClientPool,
  findScope: () => Promise<(accountId: AccountId) => boolean>,
  readerOf: (accountId: AccountId) => MemberRole,
  memory: ReadMemory,
): SessionOf {
  let scope: Promise<(accountId: AccountId) => boolean> | null = null;
  const sessions = new Map<AccountId, Promise<Read<SessionClients> | null>>();
  const open = async (accountId: AccountId): Promise<Read<SessionClients> | null> => {
    scope ??= findScope();
    if (!(await scope)(accountId)) return null;
    const entry = await assumeMemberRole(pool, readerOf(accountId));
    if (entry.kind === 'failed') return entry;
    return { kind: 'value', value: withMemory(entry.clients, memory.of(accountId)) };
  };
  return (accountId) => {
    const known = sessions.get(accountId) ?? open(accountId);
    sessions.set(accountId, known);
    return known;
  };
}
