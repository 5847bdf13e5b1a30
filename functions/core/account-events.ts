/**
 * What an event about an account or a unit of the organization means for the service. Level-triggered: the event only
 * says where to look now instead of at the next sweep; what is done there is decided from live state.
 */
import { type Caller, MOST_NOTICES } from './drift.ts';
import type { AccountId, DriftNotice, RunInput, Timestamp } from './model/primitives.ts';
import { stableHash } from './stable-hash.ts';

/**
 * - arrived: created here, or joined by invitation
 * - managed: Control Tower finished setting it up or updating it; a creation that is tried again is an update
 * - moved: to another parent; whether it is in scope now, the run finds out
 * - closed: suspended for 90 days, still listed (Organizations CloseAccount)
 * - departed: no longer an account of this organization
 */
export type AccountEventKind = 'arrived' | 'managed' | 'moved' | 'closed' | 'departed';

export interface AccountEvent extends Recorded {
  kind: AccountEventKind;
  accountId: AccountId;
}

/** Control Tower took over a unit with the accounts below it (RegisterOrganizationalUnit). */
export interface UnitEvent extends Recorded {
  kind: 'registered';
  organizationalUnitId: string;
}

/** Something that the service keeps was changed in a member account. */
export interface DriftEvent extends Recorded {
  kind: 'drifted';
  accountId: AccountId;
  caller: Caller;
  notice: DriftNotice;
  /** Of changes of endpoints: which. */
  endpointIds: string[];
}

export type OrganizationEvent = AccountEvent | UnitEvent | DriftEvent;

interface Recorded {
  /** CloudTrail's eventID: the same for every delivery of the same event. */
  eventId: string;
  /** CloudTrail's eventName. */
  name: string;
  at: Timestamp;
}

/**
 * Name of the execution that the event starts by itself: Step Functions refuses a second execution of a name for 90 days
 * (StartExecution, `name`), so the same event delivered again starts none. An account that is created says so
 * twice (CreateAccountResult, AccountJoinedOrganization): both are one arrival, by day. At most 80 characters of
 * A-Z a-z 0-9 - _ (same page).
 */
export function executionNameOf(event: OrganizationEvent): string {
  const { kind, eventId, at } = event;
  const key = kind === 'arrived' ? at.slice(0, 10) : eventId.replace(/[^\w-]/g, '').slice(0, 40);
  // A unit's id can have 68 characters: what is cut off must not be what distinguishes two events.
  if (kind === 'registered') {
    return `unit-${key}-${event.organizationalUnitId}`.slice(0, EXECUTION_NAME_LENGTH);
  }
  return `account-${event.accountId}-${kind}-${key}`;
}

const EXECUTION_NAME_LENGTH = 80;

/** A run that events start. */
export interface EventRun {
  /** Name of its execution. */
  name: string;
  scope: NonNullable<RunInput['scope']>;
  events: OrganizationEvent[];
  /** Changes by others that the run looks at. */
  drift?: DriftNotice[];
}

/**
 * One run over all accounts that the events are about, one over those that others changed something in, which must not
 * wait for an account that is not ready yet, and one over all units, since units can only be found by listing the organization. Accounts that left need none. The name is made of the events, so that the same ones delivered
 * again start nothing.
 */
export function eventRunsOf(events: readonly OrganizationEvent[]): EventRun[] {
  const units = events.filter((event) => event.kind === 'registered');
  const accounts = events.filter(
    (event): event is AccountEvent =>
      event.kind !== 'registered' && event.kind !== 'departed' && event.kind !== 'drifted',
  );
  const drifts = events.filter((event) => event.kind === 'drifted');
  const drift = drifts.slice(0, MOST_NOTICES).map(({ notice }) => notice);
  const run = (
    kind: string,
    about: OrganizationEvent[],
    scope: EventRun['scope'],
    more: Pick<EventRun, 'drift'> = {},
  ): EventRun[] => (about.length === 0 ? [] : [{ name: nameOf(kind, about), scope, events: about, ...more }]);
  return [
    ...run('accounts', accounts, { accounts: unique(accounts.map(({ accountId }) => accountId)) }),
    ...run('drift', drifts, { accounts: unique(drifts.map(({ accountId }) => accountId)) }, { drift }),
    ...run('units', units, {
      organizationalUnits: unique(units.map(({ organizationalUnitId }) => organizationalUnitId)),
    }),
  ];
}

function nameOf(kind: string, events: readonly OrganizationEvent[]): string {
  const names = unique(events.map(executionNameOf));
  const [only = '', ...more] = names;
  return more.length === 0 ? only : `${kind}-${names.length}-${stableHash(...names)}`;
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();

/**
 * Looks after an event's run, seconds between them: some 24 hours in all, as long as an account counts as young
 * (scope.ts). A run waits in Step Functions, where waiting costs nothing.
 */
export const ACCOUNT_EVENT_SETTLE = {
  passes: 9,
  waitSeconds: [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800],
};
