/**
 * Events of EventBridge from member accounts about what the service keeps, to what they mean.
 *
 * Shapes: CloudTrail user guide, "CloudTrail record contents" and "userIdentity element" (`type`, `arn`, `accountId`,
 * `invokedBy`, `sessionContext.sessionIssuer.userName`); request parameters are in lower camel case (`settingId`,
 * `roleName`). Of changes of endpoints the place of the ids in `requestParameters` is not documented, so they are looked
 * for by their form. Account Management reference guide, "Monitoring account management events with EventBridge":
 * `detail.{accountId, regionName, status}` of Region Opt-In Status Change, which names no principal.
 */
import * as z from 'zod/mini';
import type { DriftEvent } from '../core/account-events.ts';
import { ENDPOINT_CHANGES, REGION_CHANGE, ROLE_CHANGES, SETTING_CHANGES } from '../core/drift.ts';
import type { DriftNotice } from '../core/model/primitives.ts';
import { DHMC_SETTING_ID } from '../core/setting.ts';
import { accountId, regionName } from './aws-names.ts';

const CHANGES: readonly string[] = [...SETTING_CHANGES, ...ROLE_CHANGES, ...ENDPOINT_CHANGES];

/** Texts of others go into a run's input and its report: one line, of a length that fits there. */
const someText = z.pipe(
  z.string().check(z.minLength(1)),
  z.transform((text: string) => text.replace(/\p{Cc}/gu, ' ').slice(0, 512)),
);

const userIdentity = z.looseObject({
  type: z.optional(z.string()),
  arn: z.optional(someText),
  accountId: z.optional(accountId),
  invokedBy: z.optional(someText),
  sessionContext: z.optional(
    z.looseObject({ sessionIssuer: z.optional(z.looseObject({ userName: z.optional(someText) })) }),
  ),
});

const apiCall = z.looseObject({
  id: someText,
  account: accountId,
  time: someText,
  region: regionName,
  detail: z.looseObject({
    eventName: z.string().check(z.refine((name) => CHANGES.includes(name))),
    eventID: z.optional(someText),
    eventTime: z.optional(z.string()),
    userIdentity,
    sourceIPAddress: z.optional(someText),
    requestParameters: z.nullish(z.looseObject({ roleName: z.optional(someText) })),
  }),
});

const regionChange = z.looseObject({
  id: someText,
  account: accountId,
  time: someText,
  'detail-type': z.literal(REGION_CHANGE),
  detail: z.looseObject({ accountId, regionName, status: someText }),
});

/**
 * null: the event is none of a member's change. Which account a call is about, the envelope says, never the detail; a
 * change of Regions is sent to the account that asked for it, which may be the management account (same page).
 */
export function parseDriftEvent(event: unknown): DriftEvent | null {
  const call = apiCall.safeParse(event);
  if (call.success) return driftOfCall(call.data);
  const change = regionChange.safeParse(event);
  return change.success ? driftOfRegion(change.data) : null;
}

function driftOfCall({ id, account, time, region, detail }: z.infer<typeof apiCall>): DriftEvent | null {
  const at = timeOf(detail.eventTime ?? time);
  if (at === null) return null;
  const { eventName: change, userIdentity: who, requestParameters } = detail;
  const isEndpoint = ENDPOINT_CHANGES.some((one) => one === change);
  const endpointIds = isEndpoint ? endpointIdsIn(requestParameters) : [];
  const isRole = ROLE_CHANGES.some((one) => one === change);
  const subject = isRole
    ? (requestParameters?.roleName ?? 'a role that the event does not name')
    : endpointIds.length > 0
      ? endpointIds.join(', ')
      : DHMC_SETTING_ID;
  return {
    kind: 'drifted',
    accountId: account,
    eventId: detail.eventID ?? id,
    name: change,
    at,
    caller: {
      accountId: who.accountId ?? null,
      roleName: who.sessionContext?.sessionIssuer?.userName ?? null,
    },
    endpointIds,
    notice: {
      accountId: account,
      region: isRole ? null : region,
      change,
      subject,
      by: who.arn ?? who.invokedBy ?? who.type ?? 'unknown',
      source: detail.sourceIPAddress ?? who.invokedBy ?? 'unknown',
      at,
    },
  };
}

function driftOfRegion({ id, account, time, detail }: z.infer<typeof regionChange>): DriftEvent | null {
  const at = timeOf(time);
  if (at === null) return null;
  const notice: DriftNotice = {
    accountId: detail.accountId,
    region: detail.regionName,
    change: REGION_CHANGE,
    subject: `${detail.regionName} ${detail.status}`,
    by: account,
    source: 'aws.account',
    at,
  };
  return {
    kind: 'drifted',
    accountId: detail.accountId,
    eventId: id,
    name: REGION_CHANGE,
    at,
    caller: { accountId: null, roleName: null },
    endpointIds: [],
    notice,
  };
}

function timeOf(text: string): string | null {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Ids of endpoints anywhere in the request, each once. */
function endpointIdsIn(parameters: unknown): string[] {
  return [...new Set(JSON.stringify(parameters ?? {}).match(/\bvpce-[0-9a-f]{8,17}\b/g) ?? [])].sort();
}
