/**
 * Which events are about an account coming, moving or going: matched in the management account, and again in the
 * operator account, where they must have come from the management account.
 *
 * Sources: Organizations user guide, "Logging API calls with AWS CloudTrail" (CreateAccountResult,
 * CloseAccountResult); API reference, MoveAccount, RemoveAccountFromOrganization, LeaveOrganization
 * (AccountJoinedOrganization and AccountDepartedOrganization, since 2026-05-28); Control Tower user guide,
 * "Lifecycle events" (CreateManagedAccount; UpdateManagedAccount, which a creation or enrollment that is tried again
 * records instead; RegisterOrganizationalUnit); EventBridge user guide, "AWS service events delivered via
 * CloudTrail" (detail-type). API calls come with errorCode where they failed (CloudTrail record contents).
 */
import type { EventPattern } from 'aws-cdk-lib/aws-events';

const SERVICE_EVENT = ['AWS Service Event via CloudTrail'];
const API_CALL = ['AWS API Call via CloudTrail'];
const ORGANIZATIONS = { source: ['aws.organizations'] };
const organizations = (detail: Record<string, unknown>) => ({
  eventSource: ['organizations.amazonaws.com'],
  ...detail,
});

/** Sent in the partition's Region of Organizations (functions/core/partition.ts). */
export const ORGANIZATION_EVENTS = {
  AccountCreated: {
    ...ORGANIZATIONS,
    detailType: SERVICE_EVENT,
    detail: organizations({
      eventName: ['CreateAccountResult'],
      serviceEventDetails: { createAccountStatus: { state: ['SUCCEEDED'] } },
    }),
  },
  // Their detail-type is not documented: any.
  MembershipChanged: {
    ...ORGANIZATIONS,
    detail: organizations({ eventName: ['AccountJoinedOrganization', 'AccountDepartedOrganization'] }),
  },
  AccountMovedOrRemoved: {
    ...ORGANIZATIONS,
    detailType: API_CALL,
    detail: organizations({
      eventName: ['MoveAccount', 'RemoveAccountFromOrganization'],
      errorCode: [{ exists: false }],
    }),
  },
  AccountClosed: {
    ...ORGANIZATIONS,
    detailType: SERVICE_EVENT,
    detail: organizations({
      eventName: ['CloseAccountResult'],
      serviceEventDetails: { closeAccountStatus: { state: ['SUCCEEDED'] } },
    }),
  },
} satisfies Record<string, EventPattern>;

/** Sent in the home Region of Control Tower. */
export const CONTROL_TOWER_EVENTS = {
  ControlTowerAccountCreated: controlTower('CreateManagedAccount', 'createManagedAccountStatus'),
  ControlTowerAccountUpdated: controlTower('UpdateManagedAccount', 'updateManagedAccountStatus'),
  ControlTowerUnitRegistered: controlTower('RegisterOrganizationalUnit', 'registerOrganizationalUnitStatus'),
} satisfies Record<string, EventPattern>;

function controlTower(eventName: string, status: string) {
  return {
    source: ['aws.controltower'],
    detailType: SERVICE_EVENT,
    detail: {
      eventSource: ['controltower.amazonaws.com'],
      eventName: [eventName],
      serviceEventDetails: { [status]: { state: ['SUCCEEDED'] } },
    },
  };
}
