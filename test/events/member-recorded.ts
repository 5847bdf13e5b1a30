/** Events of member accounts, in the envelope of recorded.ts. */
import type { EventBridgeEvent } from './recorded.ts';

export interface Acting {
  accountId: string;
  region?: string;
  /** Name of the role whose session acts; null: an IAM user. */
  role?: string | null;
  errorCode?: string;
}

let made = 0;

/** CloudTrail record contents, with the userIdentity element of a role's session or a user. */
export function memberCall(
  service: string,
  eventName: string,
  requestParameters: object | null,
  { accountId, region = 'us-east-1', role = 'OpsAdmin', errorCode }: Acting,
): EventBridgeEvent {
  const time = '2026-11-20T00:00:05Z';
  const arn =
    role === null
      ? `arn:aws:iam::${accountId}:user/alex`
      : `arn:aws:sts::${accountId}:assumed-role/${role}/alex@example.com`;
  const userIdentity =
    role === null
      ? { type: 'IAMUser', arn, accountId, userName: 'alex' }
      : {
          type: 'AssumedRole',
          arn,
          accountId,
          sessionContext: { sessionIssuer: { type: 'Role', accountId, userName: role } },
        };
  made += 1;
  return {
    version: '0',
    id: `7a679d28-343e-d8ec-4a8c-${String(made).padStart(12, '0')}`,
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: accountId,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.08',
      userIdentity,
      eventTime: time,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      awsRegion: region,
      sourceIPAddress: '198.51.100.7',
      requestParameters,
      responseElements: null,
      eventID: `b1e20ada-7d1c-434d-bac2-${String(made).padStart(12, '0')}`,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: 'Management',
      ...(errorCode === undefined ? {} : { errorCode }),
    },
  };
}

/** Account Management reference guide, "Monitoring account management events with EventBridge". */
export function regionChanged(accountId: string, regionName: string, status: string): EventBridgeEvent {
  made += 1;
  return {
    version: '0',
    id: `7a679d28-343e-d8ec-4a8c-${String(made).padStart(12, '0')}`,
    'detail-type': 'Region Opt-In Status Change',
    source: 'aws.account',
    account: accountId,
    time: '2026-11-20T00:00:05Z',
    region: 'us-east-1',
    resources: [`arn:aws:account::${accountId}:account`],
    detail: { accountId, regionName, status },
  };
}
