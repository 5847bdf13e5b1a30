/**
 * What a role may really do, by iam:SimulatePrincipalPolicy: identity policies, permissions boundary and service control
 * policies. Sources: IAM API reference, SimulatePrincipalPolicy and EvaluationResult (OrganizationsDecisionDetail,
 * PermissionsBoundaryDecisionDetail). The SDK's text of 2026 says that SCPs are simulated with their conditions; before,
 * those with conditions were left out. Resource control policies are not simulated.
 */
import {
  type ContextEntry,
  type EvaluationResult,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam';
import type { ActionDecision, PolicyKind } from '../core/model/permissions.ts';
import type { SessionClients } from './client-pool.ts';
import './member-clients.ts';

export interface Simulation {
  roleArn: string;
  actions: readonly string[];
  /** `*` where it is left out. */
  resourceArn?: string;
  /** Condition keys by name, each with one value. */
  context: Record<string, string>;
}

export async function simulateRole(
  clients: SessionClients,
  { roleArn, actions, resourceArn, context }: Simulation,
): Promise<ActionDecision[]> {
  const decisions: ActionDecision[] = [];
  const pages = paginateSimulatePrincipalPolicy(
    { client: clients.iam('read') },
    {
      PolicySourceArn: roleArn,
      ActionNames: [...actions],
      ...(resourceArn === undefined ? {} : { ResourceArns: [resourceArn] }),
      ContextEntries: Object.entries(context).map(
        ([ContextKeyName, value]): ContextEntry => ({
          ContextKeyName,
          ContextKeyValues: [value],
          ContextKeyType: 'string',
        }),
      ),
    },
  );
  for await (const page of pages) decisions.push(...(page.EvaluationResults ?? []).flatMap(decisionOf));
  return decisions;
}

function decisionOf(result: EvaluationResult): ActionDecision[] {
  const { EvalActionName: action, EvalDecision } = result;
  if (!action) return [];
  const allowed = EvalDecision === 'allowed';
  return [
    { action, allowed, deniedBy: allowed ? null : kindOf(result), explicit: EvalDecision === 'explicitDeny' },
  ];
}

/** The kind of policy that is in the way; of several, the one that the account can change least. */
function kindOf(result: EvaluationResult): PolicyKind {
  if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) return 'SCP';
  if (result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) return 'BOUNDARY';
  return 'IDENTITY';
}

/** Condition keys that every request of the role in this account has. */
export function principalContext(roleArn: string, organizationId: string | null): Record<string, string> {
  const accountId = roleArn.split(':')[4] ?? '';
  return {
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': accountId,
    ...(organizationId === null ? {} : { 'aws:PrincipalOrgID': organizationId }),
  };
}
