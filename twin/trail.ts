/**
 * What CloudTrail would record of calls that changed something, in the envelope in which EventBridge delivers it.
 *
 * Sources: CloudTrail user guide, "CloudTrail record contents" and "userIdentity element"; EventBridge user guide, "AWS
 * service events delivered via AWS CloudTrail". Request parameters are the request's own, in lower camel case. EC2's
 * records nest requests of newer actions (`DeleteVpcEndpointsRequest`) in a way that no page describes, so only ids
 * should be looked for there.
 */
import { randomUUID } from 'node:crypto';
import type { Call, Piece } from './contract.ts';

export interface TrailEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

export interface Trail {
  record(call: Call, input: Piece): void;
  /** Oldest first. */
  events(): TrailEvent[];
  clear(): void;
}

export function createTrail(): Trail {
  const events: TrailEvent[] = [];
  return {
    record: (call, input) => events.push(eventOf(call, input)),
    events: () => [...events],
    clear: () => {
      events.length = 0;
    },
  };
}

export const NO_TRAIL: Trail = { record: () => {}, events: () => [], clear: () => {} };

function eventOf(
  { service, operation, accountId, region, principal, client, now }: Call,
  input: Piece,
): TrailEvent {
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${service}`,
    account: accountId,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: principal.userId,
        arn: principal.arn,
        accountId: principal.accountId,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            arn: principal.roleArn,
            accountId: principal.accountId,
            userName: principal.roleName,
          },
        },
      },
      eventTime: time,
      eventSource: `${service}.amazonaws.com`,
      eventName: operation,
      awsRegion: region,
      sourceIPAddress: client.sourceIp,
      userAgent: client.userAgent,
      requestParameters: lowerCamel(input),
      responseElements: null,
      eventID: randomUUID(),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: 'Management',
    },
  };
}

function lowerCamel(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCamel);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key.charAt(0).toLowerCase() + key.slice(1),
      lowerCamel(held),
    ]),
  );
}
