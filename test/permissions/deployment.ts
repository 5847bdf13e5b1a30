/**
 * The roles of the synthesised templates as CloudFormation would make them in an organization: those of the
 * operator account (functions, state machines, schedule), and reader and writer of every account.
 */

import type { Piece, Snapshot } from '../../twin/contract.ts';
import { ofType, resolve, type Synthesized, type SynthesizedTemplate } from '../infra/synthesize.ts';
import { memberRoleNames, type OperatorRole, readOperatorRoles } from './operator-roles.ts';
import { type Place, roleEntry } from './role-entry.ts';

export interface Deployment {
  place: Place;
  /** By the role's logical id in the template, e.g. `EnforceReconcile`. */
  operator: ReadonlyMap<string, OperatorRole>;
  /** Entries of RoleDetailList for a member account, or for the management account. */
  memberRoles(accountId: string): Piece[];
}

export function placeOf(snapshot: Snapshot, region: string): Place {
  const { Organization, OperatorAccountId } = snapshot.organization;
  return {
    partition: String(Organization.Arn).split(':')[1] ?? 'aws',
    region,
    operatorId: OperatorAccountId,
    managementId: Organization.MasterAccountId,
    organizationId: Organization.Id,
  };
}

export function readDeployment({ service, memberRoles }: Synthesized, place: Place): Deployment {
  const stackSets = ofType(memberRoles, 'AWS::CloudFormation::StackSet');
  const ofRoles = stackSets.find(([, { Properties }]) => Properties.StackSetName.endsWith('-member-roles'));
  const template: SynthesizedTemplate = JSON.parse(ofRoles?.[1].Properties.TemplateBody);
  return {
    place,
    operator: readOperatorRoles(service, place),
    memberRoles: (accountId) =>
      rolesOf(accountId === place.managementId ? memberRoles : template, accountId, place),
  };
}

function rolesOf(
  template: Pick<SynthesizedTemplate, 'Resources'>,
  accountId: string,
  { partition, region, operatorId, organizationId }: Place,
): Piece[] {
  const parameters = { OperatorAccountId: operatorId, OrganizationId: organizationId };
  return ofType(template, 'AWS::IAM::Role').map(([, { Properties }]) =>
    roleEntry(accountId, resolve(Properties, { partition, region, accountId, parameters }), partition),
  );
}

/**
 * Puts the roles into a snapshot. An account that its author left without member roles stays without: no one
 * deployed anything there.
 */
export function deployInto(snapshot: Snapshot, deployment: Deployment): Snapshot {
  const names = memberRoleNames(deployment.memberRoles(deployment.place.operatorId));
  for (const [accountId, { Iam }] of snapshot.accounts) {
    const roles: Piece[] = Iam.RoleDetailList;
    if (!roles.some(({ RoleName }) => names.has(RoleName))) continue;
    Iam.RoleDetailList = [
      ...roles.filter(({ RoleName }) => !names.has(RoleName)),
      ...deployment.memberRoles(accountId),
    ];
  }
  const { operatorId } = deployment.place;
  const operator = [...deployment.operator.values()].map(({ entry }) => entry);
  snapshot.accounts.get(operatorId)?.Iam.RoleDetailList.push(...operator);
  return snapshot;
}
