/**
 * What an event about an account of the organization means for the service. Level-triggered: the event only
 * says where to look now instead of at the next sweep; what is done there is decided from live state.
 */
import type { AccountId, Timestamp } from './model/primitives.ts';

/**
 * - arrived: created here, or joined by invitation
 * - managed: Control Tower finished setting it up
 * - moved: to another parent; whether it is in scope now, the run finds out
 * - closed: suspended for 90 days, still listed (Organizations CloseAccount)
 * - departed: no longer an account of this organization
 */
export type AccountEventKind = 'arrived' | 'managed' | 'moved' | 'closed' | 'departed';

export interface AccountEvent {
  kind: AccountEventKind;
  accountId: AccountId;
  /** CloudTrail's eventID: the same for every delivery of the same event. */
  eventId: string;
  /** CloudTrail's eventName. */
  name: string;
  at: Timestamp;
}

/**
 * Name of the execution that the event starts: Step Functions refuses a second execution of a name for 90 days
 * (StartExecution, `name`), so the same event delivered again starts none. An account that is created says so
 * twice (CreateAccountResult, AccountJoinedOrganization): both are one arrival, by day. At most 80 characters of
 * A-Z a-z 0-9 - _ (same page).
 */
export function executionNameOf({ kind, accountId, eventId, at }: AccountEvent): string {
  const key = kind === 'arrived' ? at.slice(0, 10) : eventId.replace(/[^\w-]/g, '').slice(0, 40);
  return `account-${accountId}-${kind}-${key}`;
}

/**
 * Looks after an event's run, seconds between them: some 24 hours in all, as long as an account counts as young
 * (scope.ts). A run waits in Step Functions, where waiting costs nothing.
 */
export const ACCOUNT_EVENT_SETTLE = {
  passes: 9,
  waitSeconds: [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800],
};
