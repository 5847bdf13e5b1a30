/**
 * Events as AWS's documentation records them, with the account ids of the test. The envelope (id, detail-type,
 * source, account, time, region, resources) is that of the EventBridge user guide, "AWS service events delivered
 * via CloudTrail".
 */
import { MANAGEMENT } from '../infra/synthesize.ts';

export interface EventBridgeEvent {
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

interface Recording {
  region?: string;
  time?: string;
  /** The same for each delivery of the same event. */
  eventId?: string;
}

const TIME = '2026-11-20T00:00:05Z';
let made = 0;

function organizations(eventType: string, eventName: string, detail: object, given: Recording) {
  return envelope('aws.organizations', 'organizations.amazonaws.com', eventType, eventName, detail, given);
}

function envelope(
  source: string,
  eventSource: string,
  eventType: string,
  eventName: string,
  detail: object,
  {
    region = 'us-east-1',
    time = TIME,
    eventId = `e5e20ada-7d1c-434d-bac2-${String(++made).padStart(12, '0')}`,
  }: Recording,
): EventBridgeEvent {
  const kind =
    eventType === 'AwsApiCall' ? 'AWS API Call via CloudTrail' : 'AWS Service Event via CloudTrail';
  return {
    version: '0',
    id: `68679d28-343e-d8ec-4a8c-${String(++made).padStart(12, '0')}`,
    'detail-type': kind,
    source,
    account: MANAGEMENT,
    time,
    region,
    resources: [],
    detail: {
      eventVersion: '1.08',
      userIdentity: { accountId: MANAGEMENT, invokedBy: 'AWS Internal' },
      eventTime: time,
      eventSource,
      eventName,
      awsRegion: region,
      sourceIPAddress: 'AWS Internal',
      userAgent: 'AWS Internal',
      requestParameters: null,
      responseElements: null,
      eventID: eventId,
      readOnly: false,
      eventType,
      managementEvent: true,
      recipientAccountId: MANAGEMENT,
      eventCategory: 'Management',
      ...detail,
    },
  };
}

/** Organizations user guide, "Logging API calls with AWS CloudTrail", example log entries of CreateAccount. */
export function accountCreated(accountId: string, given: Recording & { state?: string } = {}) {
  const { state = 'SUCCEEDED' } = given;
  const createAccountStatus = {
    id: 'car-examplecreateaccountrequestid111',
    state,
    accountName: '****',
    ...(state === 'SUCCEEDED' ? { accountId } : { failureReason: 'EMAIL_ALREADY_EXISTS' }),
    requestedTimestamp: 'Sep 16, 2020 9:20:50 PM',
    completedTimestamp: 'Sep 16, 2020 9:20:53 PM',
  };
  const detail = { serviceEventDetails: { createAccountStatus } };
  return organizations('AwsServiceEvent', 'CreateAccountResult', detail, given);
}

/** The same page, example log entries of CloseAccount. */
export function accountClosed(accountId: string, given: Recording = {}) {
  const closeAccountStatus = {
    accountId,
    state: 'SUCCEEDED',
    requestedTimestamp: 'Mar 18, 2022 6:16:58 PM',
    completedTimestamp: 'Mar 18, 2022 6:16:58 PM',
  };
  const detail = { serviceEventDetails: { closeAccountStatus } };
  return organizations('AwsServiceEvent', 'CloseAccountResult', detail, given);
}

/**
 * API reference, AcceptHandshake and CreateAccount: `joinedMethod` and `joinedTime`. No example is in the
 * documentation; the account's id is where EffectivePolicyValidation of the same page has it. Not verified.
 */
export function accountJoined(accountId: string, given: Recording = {}) {
  const serviceEventDetails = { accountId, joinedMethod: 'INVITED', joinedTime: TIME };
  return organizations('AwsServiceEvent', 'AccountJoinedOrganization', { serviceEventDetails }, given);
}

/** API reference, RemoveAccountFromOrganization, LeaveOrganization: `departureMethod`, `departureTime`. As above. */
export function accountDeparted(accountId: string, given: Recording = {}) {
  const serviceEventDetails = { accountId, departureMethod: 'LEFT', departureTime: given.time ?? TIME };
  return organizations('AwsServiceEvent', 'AccountDepartedOrganization', { serviceEventDetails }, given);
}

/** API reference, MoveAccount: the request as CloudTrail writes it (lower camel case, CloudTrail record contents). */
export function accountMoved(accountId: string, given: Recording & { errorCode?: string } = {}) {
  const { errorCode } = given;
  const requestParameters = {
    accountId,
    sourceParentId: 'r-a1b2',
    destinationParentId: 'ou-examplerootid111-exampleouid111',
  };
  const detail = { requestParameters, ...(errorCode === undefined ? {} : { errorCode }) };
  return organizations('AwsApiCall', 'MoveAccount', detail, given);
}

/** API reference, RemoveAccountFromOrganization. */
export function accountRemoved(accountId: string, given: Recording = {}) {
  const detail = { requestParameters: { accountId } };
  return organizations('AwsApiCall', 'RemoveAccountFromOrganization', detail, given);
}

/** Control Tower user guide, "Lifecycle events", CreateManagedAccount. */
export function managedAccountCreated(accountId: string, given: Recording & { state?: string } = {}) {
  const { state = 'SUCCEEDED' } = given;
  const createManagedAccountStatus = {
    organizationalUnit: { organizationalUnitName: 'Custom', organizationalUnitId: 'ou-XXXX-l3zc8b3h' },
    account: { accountName: 'LifeCycle1', accountId },
    state,
    message: 'AWS Control Tower successfully created a managed account.',
    requestedTimestamp: '2019-11-15T11:45:18+0000',
    completedTimestamp: '2019-11-16T12:09:32+0000',
  };
  return controlTower('CreateManagedAccount', { createManagedAccountStatus }, given);
}

/** The same page, UpdateManagedAccount. */
export function managedAccountUpdated(accountId: string, given: Recording & { state?: string } = {}) {
  const { state = 'SUCCEEDED' } = given;
  const updateManagedAccountStatus = {
    organizationalUnit: { organizationalUnitName: 'Custom', organizationalUnitId: 'ou-XXXX-l3zc8b3h' },
    account: { accountName: 'LifeCycle1', accountId },
    state,
    message: 'AWS Control Tower successfully updated a managed account.',
    requestedTimestamp: '2019-11-15T11:45:18+0000',
    completedTimestamp: '2019-11-16T12:09:32+0000',
  };
  return controlTower('UpdateManagedAccount', { updateManagedAccountStatus }, given);
}

/** The same page, RegisterOrganizationalUnit. */
export function unitRegistered(organizationalUnitId: string, given: Recording & { state?: string } = {}) {
  const { state = 'SUCCEEDED' } = given;
  const registerOrganizationalUnitStatus = {
    state,
    message: 'AWS Control Tower successfully registered an organizational unit.',
    organizationalUnit: { organizationalUnitName: 'Test', organizationalUnitId },
    requestedTimestamp: '2018-08-30T21:42:18Z',
    completedTimestamp: '2018-08-30T21:42:18Z',
  };
  return controlTower('RegisterOrganizationalUnit', { registerOrganizationalUnitStatus }, given);
}

function controlTower(eventName: string, serviceEventDetails: object, given: Recording): EventBridgeEvent {
  return envelope(
    'aws.controltower',
    'controltower.amazonaws.com',
    'AwsServiceEvent',
    eventName,
    { serviceEventDetails },
    { region: 'eu-central-1', ...given },
  );
}

/** The example log entries of the same pages that concern no account's coming or going. */
export function unrelated(): EventBridgeEvent[] {
  return [
    organizations(
      'AwsApiCall',
      'CreateOrganizationalUnit',
      { requestParameters: { name: 'OU', parentId: 'r-a1b2' } },
      {},
    ),
    organizations('AwsApiCall', 'CreateAccount', { requestParameters: { accountName: '****' } }, {}),
    organizations(
      'AwsServiceEvent',
      'EffectivePolicyValidation',
      { serviceEventDetails: { accountId: MANAGEMENT } },
      {},
    ),
    accountCreated('', { state: 'FAILED' }),
    accountMoved('100000000011', { errorCode: 'AccessDeniedException' }),
    managedAccountCreated('100000000011', { state: 'FAILED' }),
    managedAccountUpdated('100000000011', { state: 'FAILED' }),
    unitRegistered('ou-adpf-302pk332', { state: 'FAILED' }),
  ];
}

/** Each event of one account's life, from its creation to its leaving. */
export const lifeOf = (accountId: string): EventBridgeEvent[] => [
  accountCreated(accountId),
  accountJoined(accountId),
  accountMoved(accountId),
  accountClosed(accountId),
  accountRemoved(accountId),
  accountDeparted(accountId),
  managedAccountCreated(accountId),
  managedAccountUpdated(accountId),
];
