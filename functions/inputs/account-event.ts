/**
 * Events of EventBridge about accounts, as Organizations and Control Tower send them, to what they mean.
 *
 * Shapes: Organizations user guide, "Logging API calls with AWS CloudTrail" (CreateAccountResult,
 * CloseAccountResult: `serviceEventDetails.<x>Status.{accountId, state}`), Control Tower user guide, "Lifecycle
 * events" (`createManagedAccountStatus` and `updateManagedAccountStatus.{account.accountId, state}`,
 * `registerOrganizationalUnitStatus.organizationalUnit.organizationalUnitId`), Organizations API reference, MoveAccount and
 * RemoveAccountFromOrganization (`requestParameters.accountId`). Of AccountJoinedOrganization and
 * AccountDepartedOrganization only `joinedMethod`, `joinedTime`, `departureMethod` and `departureTime` are
 * documented (API reference, AcceptHandshake, RemoveAccountFromOrganization); where the account's id is
 * not verified, so it is looked for in every documented place of the other events.
 */
import * as z from 'zod/mini';
import type { AccountEventKind, OrganizationEvent } from '../core/account-events.ts';
import { accountId, organizationalUnitId } from './aws-names.ts';
import { describeProblems, firstOf } from './schema-problem.ts';

/** The event is none of those that the rules let through, or lacks what they promise. */
export class AccountEventError extends Error {
  override readonly name = 'AccountEventError';
}

const KINDS: Readonly<Record<string, AccountEventKind>> = {
  CreateAccountResult: 'arrived',
  AccountJoinedOrganization: 'arrived',
  CreateManagedAccount: 'managed',
  UpdateManagedAccount: 'managed',
  MoveAccount: 'moved',
  CloseAccountResult: 'closed',
  RemoveAccountFromOrganization: 'departed',
  AccountDepartedOrganization: 'departed',
};

const UNIT_REGISTERED = 'RegisterOrganizationalUnit';

const unitHolder = z.looseObject({
  organizationalUnit: z.looseObject({ organizationalUnitId }),
});

const holder = z.looseObject({
  accountId: z.optional(accountId),
  account: z.optional(z.looseObject({ accountId: z.optional(accountId) })),
});

const schema = z.looseObject({
  id: z.string().check(z.minLength(1)),
  time: z.string().check(z.minLength(1)),
  detail: z.looseObject({
    eventName: z.string().check(z.minLength(1)),
    eventID: z.optional(z.string().check(z.minLength(1))),
    eventTime: z.optional(z.string()),
    requestParameters: z.nullish(holder),
    serviceEventDetails: z.nullish(z.record(z.string(), z.unknown())),
  }),
});

/** @throws {AccountEventError} in one line, without the event's content */
export function parseAccountEvent(event: unknown): OrganizationEvent {
  const parsed = schema.safeParse(event);
  if (!parsed.success)
    throw new AccountEventError(`account event: ${firstOf(describeProblems(parsed.error))}`);
  const { id, time, detail } = parsed.data;
  const recordedAt = new Date(detail.eventTime ?? time);
  if (Number.isNaN(recordedAt.getTime())) throw new AccountEventError('account event: its time is no time');
  const recorded = {
    eventId: detail.eventID ?? id,
    name: detail.eventName,
    at: recordedAt.toISOString(),
  };
  if (detail.eventName === UNIT_REGISTERED) {
    const unit = unitHolder.safeParse(detail.serviceEventDetails?.registerOrganizationalUnitStatus);
    if (!unit.success) {
      throw new AccountEventError(
        `account event ${UNIT_REGISTERED}: no id of an organizational unit where the documentation has it`,
      );
    }
    const { organizationalUnitId } = unit.data.organizationalUnit;
    return { kind: 'registered', organizationalUnitId, ...recorded };
  }
  const kind = KINDS[detail.eventName];
  if (kind === undefined) {
    throw new AccountEventError(`account event: detail.eventName ${detail.eventName} is none of ${known()}`);
  }
  const found = findAccountId(detail);
  if (found === null) {
    throw new AccountEventError(
      `account event ${detail.eventName}: no account id where the documentation has it`,
    );
  }
  return { kind, accountId: found, ...recorded };
}

function findAccountId(detail: z.infer<typeof schema>['detail']): string | null {
  const details = detail.serviceEventDetails ?? {};
  const places = [detail.requestParameters, details, ...Object.values(details)];
  for (const place of places) {
    const parsed = holder.safeParse(place);
    const id = parsed.data?.accountId ?? parsed.data?.account?.accountId;
    if (id !== undefined) return id;
  }
  return null;
}

function known(): string {
  return [...Object.keys(KINDS), UNIT_REGISTERED].join(', ');
}
