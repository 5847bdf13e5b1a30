/** Credentials of an administrator in the management account, who is in no snapshot. */
import { sessionsOf } from '../../twin/sessions.ts';
import type { Twin } from '../../twin/start.ts';
import { type Credentials, credentialsOf } from './first-organization.ts';

const ROLE = 'Administrator';
const ROLE_ID = 'AROAADMINISTRATOR0001';

export function administratorOf({ state }: Twin): Credentials {
  const accountId: string = state.snapshot.organization.Organization.MasterAccountId;
  const principal = {
    accountId,
    arn: `arn:${state.partition}:sts::${accountId}:assumed-role/${ROLE}/admin`,
    userId: `${ROLE_ID}:admin`,
    roleArn: `arn:${state.partition}:iam::${accountId}:role/${ROLE}`,
    roleName: ROLE,
    sessionName: 'admin',
    sessionPolicies: [],
    madeUp: true,
  };
  return credentialsOf(sessionsOf(state).create(principal, 3600, state.clock.now()));
}
