/**
 * AWS CloudFormation: whether StackSets have trusted access to the organization. Source: CloudFormation API reference,
 * DescribeOrganizationsAccess; user guide, "Activate trusted access for StackSets with AWS Organizations".
 */
import { AwsError, type Call, type Operations } from '../contract.ts';
import { findDelegations, organizationOf } from './organizations/organization.ts';
import { enabledServices } from './organizations.ts';

/** What trusted access and delegated administrators of StackSets are registered for. */
const STACK_SETS = 'member.org.stacksets.cloudformation.amazonaws.com';

export const operations: Operations = {
  DescribeOrganizationsAccess: {
    honours: ['CallAs'],
    mutates: false,
    permissions: () => [{ action: 'cloudformation:DescribeOrganizationsAccess', resource: '*' }],
    handle: ({ CallAs = 'SELF' }, call) => {
      if (!mayAsk(CallAs, call)) {
        // The wording is unverified.
        throw new AwsError(
          'ValidationError',
          'You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set',
          400,
        );
      }
      const enabled = enabledServices(call).some(({ ServicePrincipal }) => ServicePrincipal === STACK_SETS);
      return { Status: enabled ? 'ENABLED' : 'DISABLED' };
    },
  },
};

/** "If you are signed in to the management account, specify SELF"; DELEGATED_ADMIN in one of StackSets. */
function mayAsk(callAs: string, call: Call): boolean {
  if (callAs === 'SELF') return call.accountId === organizationOf(call).Organization.MasterAccountId;
  return findDelegations(call).some(
    ({ accountId, service }) => accountId === call.accountId && service === STACK_SETS,
  );
}
