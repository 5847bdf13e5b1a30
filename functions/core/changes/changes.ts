/** Every kind of change, by name. A kind that is declared and lacks its definition here does not compile. */

import type { ActionOf, Change, ChangeAction, ChangeKind } from '../model/change.ts';
import { isObject, misfit, type ShapeOf } from '../shape.ts';
import { addHubEndpoint } from './add-hub-endpoint.ts';
import { allowEndpointIngress } from './allow-endpoint-ingress.ts';
import { associateHubZone } from './associate-hub-zone.ts';
import { associateProfile } from './associate-profile.ts';
import { attachDhmcRolePolicy } from './attach-dhmc-role-policy.ts';
import { authorizeHubSpoke } from './authorize-hub-spoke.ts';
import { createAgentUpdate } from './create-agent-update.ts';
import { createDhmcRole } from './create-dhmc-role.ts';
import { createEndpointSecurityGroup } from './create-endpoint-security-group.ts';
import { createGatewayEndpoint } from './create-gateway-endpoint.ts';
import { createHubProfile } from './create-hub-profile.ts';
import { createHubZone } from './create-hub-zone.ts';
import { createInterfaceEndpoint } from './create-interface-endpoint.ts';
import type { ChangeArea, ChangeDefinition } from './definition.ts';
import { deleteAgentUpdate } from './delete-agent-update.ts';
import { deleteDhmcRole } from './delete-dhmc-role.ts';
import { deleteEndpointSecurityGroup } from './delete-endpoint-security-group.ts';
import { deleteGatewayEndpoint } from './delete-gateway-endpoint.ts';
import { deleteHubProfile } from './delete-hub-profile.ts';
import { deleteHubZone } from './delete-hub-zone.ts';
import { deleteInterfaceEndpoint } from './delete-interface-endpoint.ts';
import { detachDhmcRolePolicy } from './detach-dhmc-role-policy.ts';
import { disassociateHubZone } from './disassociate-hub-zone.ts';
import { disassociateProfile } from './disassociate-profile.ts';
import { enableVpcDns } from './enable-vpc-dns.ts';
import { modifyGatewayEndpoint } from './modify-gateway-endpoint.ts';
import { modifyInterfaceEndpoint } from './modify-interface-endpoint.ts';
import { removeHubEndpoint } from './remove-hub-endpoint.ts';
import { removeHubRecord } from './remove-hub-record.ts';
import { resetServiceSetting } from './reset-service-setting.ts';
import { restoreVpcDns } from './restore-vpc-dns.ts';
import { revokeEndpointIngress } from './revoke-endpoint-ingress.ts';
import { revokeHubSpoke } from './revoke-hub-spoke.ts';
import { setDhmcRoleTrust } from './set-dhmc-role-trust.ts';
import { setEndpointPolicy } from './set-endpoint-policy.ts';
import { setHubRecord } from './set-hub-record.ts';
import { setServiceSetting } from './set-service-setting.ts';
import { shareHubProfile } from './share-hub-profile.ts';
import { unshareHubProfile } from './unshare-hub-profile.ts';

export const CHANGES = {
  AllowEndpointIngress: allowEndpointIngress,
  AddHubEndpoint: addHubEndpoint,
  AssociateHubZone: associateHubZone,
  AuthorizeHubSpoke: authorizeHubSpoke,
  CreateHubZone: createHubZone,
  DeleteHubZone: deleteHubZone,
  DisassociateHubZone: disassociateHubZone,
  RemoveHubRecord: removeHubRecord,
  RevokeHubSpoke: revokeHubSpoke,
  SetHubRecord: setHubRecord,
  CreateHubProfile: createHubProfile,
  DeleteHubProfile: deleteHubProfile,
  RemoveHubEndpoint: removeHubEndpoint,
  ShareHubProfile: shareHubProfile,
  UnshareHubProfile: unshareHubProfile,
  AssociateProfile: associateProfile,
  AttachDhmcRolePolicy: attachDhmcRolePolicy,
  CreateAgentUpdate: createAgentUpdate,
  CreateDhmcRole: createDhmcRole,
  CreateEndpointSecurityGroup: createEndpointSecurityGroup,
  CreateGatewayEndpoint: createGatewayEndpoint,
  CreateInterfaceEndpoint: createInterfaceEndpoint,
  DeleteAgentUpdate: deleteAgentUpdate,
  DeleteDhmcRole: deleteDhmcRole,
  DeleteEndpointSecurityGroup: deleteEndpointSecurityGroup,
  DeleteGatewayEndpoint: deleteGatewayEndpoint,
  DeleteInterfaceEndpoint: deleteInterfaceEndpoint,
  DetachDhmcRolePolicy: detachDhmcRolePolicy,
  DisassociateProfile: disassociateProfile,
  EnableVpcDns: enableVpcDns,
  ModifyGatewayEndpoint: modifyGatewayEndpoint,
  ModifyInterfaceEndpoint: modifyInterfaceEndpoint,
  ResetServiceSetting: resetServiceSetting,
  RestoreVpcDns: restoreVpcDns,
  RevokeEndpointIngress: revokeEndpointIngress,
  SetDhmcRoleTrust: setDhmcRoleTrust,
  SetEndpointPolicy: setEndpointPolicy,
  SetServiceSetting: setServiceSetting,
} satisfies { [K in ChangeKind]: ChangeDefinition<K> };

const DEFINITIONS: { [K in ChangeKind]: ChangeDefinition<K> } = CHANGES;

export function definitionOf<K extends ChangeKind>(action: ActionOf<K>): ChangeDefinition<K> {
  const kind: K = action.kind;
  return DEFINITIONS[kind];
}

export function areaOf(action: ChangeAction): ChangeArea {
  return definitionOf(action).area;
}

export function isChangeKind(name: unknown): name is ChangeKind {
  return typeof name === 'string' && Object.hasOwn(CHANGES, name);
}

/** Kinds that enforce plans; the others are a rollback's. */
export const PLANNED_KINDS = (Object.keys(CHANGES) as ChangeKind[]).filter((kind) => CHANGES[kind].isPlanned);

/** Why stored data is no action of a kind that is known here, or null. */
export function actionProblem(action: unknown): string | null {
  if (!isObject(action) || !isChangeKind(action.kind)) return 'the kind of change is unknown';
  const shape: ShapeOf<object> = DEFINITIONS[action.kind].action;
  const field = misfit(shape, action);
  return field && `${action.kind}: ${field} is missing or of another type`;
}

/** Why stored data is no state that a kind of change expects, or null. */
export function expectedProblem(kind: ChangeKind, expected: unknown): string | null {
  const shape: ShapeOf<object> = DEFINITIONS[kind].expected;
  const field = misfit(shape, expected);
  return field && `${kind}: ${field} is missing or of another type`;
}

/** What a change shows in results. */
export function changeDetail(
  change: Pick<Change, 'action' | 'expected' | 'associations'>,
): Record<string, unknown> {
  return definitionOf(change.action).detail(change);
}
