/** IAM: roles and their policies, the simulator, the authorization details. */
import type { Operations } from '../contract.ts';
import { GetAccountAuthorizationDetails } from './iam/authorization-details.ts';
import { ROLE_POLICIES } from './iam/role-policies.ts';
import { ROLES } from './iam/roles.ts';
import { SimulatePrincipalPolicy } from './iam/simulate.ts';

export const operations: Operations = {
  ...ROLES,
  ...ROLE_POLICIES,
  SimulatePrincipalPolicy,
  GetAccountAuthorizationDetails,
};
