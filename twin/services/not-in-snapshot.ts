import { AwsError, type Call, type Piece } from '../contract.ts';

/**
 * What the files do not say is not answered, where an empty answer would be taken for a fact: snapshots of older
 * versions and of readers without the permission lack it.
 */
export function notInSnapshot(what: string): AwsError {
  return new AwsError('NotImplemented', `The snapshot does not say: ${what}.`, 501);
}

/**
 * What could not be read when the snapshot was taken (`Unread` of an account's file) cannot be read here either. A denial
 * is the one that AWS answered.
 */
export function refuseUnread({ state, accountId, region, service, operation }: Call): void {
  const unread: Piece[] = state.account(accountId)?.Unread ?? [];
  const api = `${service}:${operation}`;
  const found = unread.find(
    (one) => one.api === api && (one.region === null || one.region === undefined || one.region === region),
  );
  if (!found) return;
  const isDenied = found.kind === 'DENIED' || found.kind === 'DENIED_BY_SCP';
  if (!isDenied) throw notInSnapshot(`${api} in ${accountId} (${found.code})`);
  throw new AwsError(String(found.code), String(found.message ?? `${api} was denied.`), 403);
}
