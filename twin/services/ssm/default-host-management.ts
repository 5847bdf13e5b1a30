/**
 * RegisterDefaultHostManagementConfiguration and its inverse, which write the DHMC service setting. Source:
 * the type documentation of @aws-sdk/client-ssm, from which the permissions are. SERVICE_MANAGED is refused:
 * the name and policy of the role that AWS would make are documented nowhere.
 */
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../../contract.ts';
import { boundaryContext, onRole } from '../iam/entities.ts';
import {
  DHMC_SETTING_ID,
  getSetting,
  onSetting,
  passRole,
  resetSetting,
  roleArn,
  updateSetting,
} from './settings.ts';

function onGivenRole({ RoleArn }: Piece, call: Call): Permission {
  const name = String(RoleArn ?? '')
    .split('/')
    .at(-1);
  return {
    ...onRole(call, 'iam:GetRole', name, boundaryContext(call, name)),
    resource: String(RoleArn ?? '*'),
  };
}

export const DEFAULT_HOST_MANAGEMENT: Operations = {
  RegisterDefaultHostManagementConfiguration: {
    honours: ['PermissionModel', 'RoleArn', 'Overwrite'],
    mutates: true,
    permissions: (input, call) => [
      onSetting('ssm:GetServiceSetting', DHMC_SETTING_ID, call),
      onSetting('ssm:UpdateServiceSetting', DHMC_SETTING_ID, call),
      onGivenRole(input, call),
      passRole(String(input.RoleArn ?? '*')),
    ],
    handle: register,
  },

  DeregisterDefaultHostManagementConfiguration: {
    honours: [],
    mutates: true,
    permissions: (_input, call) => [
      onSetting('ssm:GetServiceSetting', DHMC_SETTING_ID, call),
      onSetting('ssm:ResetServiceSetting', DHMC_SETTING_ID, call),
    ],
    handle: (_input, call) => {
      resetSetting(DHMC_SETTING_ID, call);
      return {};
    },
  },
};

/** Codes and words of the refusals aren't modelled: all unverified. */
function register(input: Piece, call: Call): Piece {
  if (input.PermissionModel === 'SERVICE_MANAGED') {
    throw new AwsError(
      'NotImplemented',
      'The twin does not implement RegisterDefaultHostManagementConfiguration with PermissionModel SERVICE_MANAGED: give SELF_MANAGED and RoleArn.',
      501,
    );
  }
  const arn = String(input.RoleArn ?? '');
  const prefix = roleArn('', call);
  if (!arn.startsWith(prefix)) {
    throw refused(
      `RoleArn must name a role of account ${call.accountId} where PermissionModel is SELF_MANAGED.`,
    );
  }
  const value = arn.slice(prefix.length);
  const { SettingValue: registered, Status: status } = getSetting(DHMC_SETTING_ID, call);
  if (status !== 'Default' && registered !== value && input.Overwrite !== true) {
    throw refused(
      `Default Host Management Configuration is already registered with role ${registered}. To replace it, set Overwrite to true.`,
    );
  }
  updateSetting(DHMC_SETTING_ID, value, call);
  return { RoleArn: arn };
}

function refused(message: string): AwsError {
  return new AwsError('ValidationException', message, 400);
}
