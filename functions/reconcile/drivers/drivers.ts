/** The driver of every kind of change; a kind without one does not compile. */
import type { ChangeKind, ChangeOf } from '../../core/model/change.ts';
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
import type { ChangeDriver, DriverContext, DriverOf } from './driver.ts';
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

const DRIVERS: { [K in ChangeKind]: DriverOf<K> } = {
  AllowEndpointIngress: allowEndpointIngress,
  AddHubEndpoint: addHubEndpoint,
  CreateHubZone: createHubZone,
  DeleteHubZone: deleteHubZone,
  SetHubRecord: setHubRecord,
  RemoveHubRecord: removeHubRecord,
  AuthorizeHubSpoke: authorizeHubSpoke,
  RevokeHubSpoke: revokeHubSpoke,
  AssociateHubZone: associateHubZone,
  DisassociateHubZone: disassociateHubZone,
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
};

export function driverFor<K extends ChangeKind>(change: ChangeOf<K>, context: DriverContext): ChangeDriver {
  const kind: K = change.action.kind;
  return DRIVERS[kind](change, context);
}
