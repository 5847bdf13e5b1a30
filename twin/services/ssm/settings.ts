/**
 * Service settings. Source: SSM API reference (GetServiceSetting, UpdateServiceSetting, ResetServiceSetting)
 * and the AWS CLI's examples of them.
 *
 * An extension of the snapshot format: `Ssm.ServiceSettingsUnsupported: [settingId]` are the settings that the
 * Region doesn't know; they answer ServiceSettingNotFound (a Region without DHMC).
 */
import { AwsError, type Call, type Operations, type Permission, type Piece } from '../../contract.ts';
import { trustsService } from '../../iam/evaluate.ts';
import { roleInEffect, trustPolicyOf } from '../../iam/policies.ts';

export const DHMC_SETTING_ID = '/ssm/managed-instance/default-ec2-instance-management-role';

/** What a setting reads while it is not set, and what it takes; `role`: the name of an IAM role with its path. */
interface Setting {
  byDefault: string;
  takes: readonly string[] | 'role';
}

/**
 * Those whose default a source names: the DHMC one (`$None`: public code, not in the documentation), the
 * others the CLI's examples and the user guide's pages on tiers and throughput. Every other id, known to AWS or
 * not, is ServiceSettingNotFound here.
 */
const SETTINGS: Readonly<Record<string, Setting>> = {
  [DHMC_SETTING_ID]: { byDefault: '$None', takes: 'role' },
  '/ssm/managed-instance/activation-tier': { byDefault: 'standard', takes: ['standard', 'advanced'] },
  '/ssm/parameter-store/default-parameter-tier': {
    byDefault: 'Standard',
    takes: ['Standard', 'Advanced', 'Intelligent-Tiering'],
  },
  '/ssm/parameter-store/high-throughput-enabled': { byDefault: 'false', takes: ['true', 'false'] },
};

/** A setting at its default has a date too: that of the CLI's example of get-service-setting (of other settings unverified). */
const FIRST_MODIFIED = '2019-04-17T20:26:58.578Z';

export const SERVICE_SETTINGS: Operations = {
  GetServiceSetting: {
    honours: ['SettingId'],
    mutates: false,
    permissions: (input, call) => [onNamed('ssm:GetServiceSetting', input.SettingId, call)],
    handle: (input, call) => ({ ServiceSetting: getSetting(idOf(input.SettingId, call), call) }),
  },

  UpdateServiceSetting: {
    honours: ['SettingId', 'SettingValue'],
    mutates: true,
    permissions: (input, call) => {
      const update = onNamed('ssm:UpdateServiceSetting', input.SettingId, call);
      if (!update.resource.endsWith(`:servicesetting${DHMC_SETTING_ID}`)) return [update];
      return [update, passRole(roleArn(String(input.SettingValue ?? ''), call))];
    },
    handle: (input, call) => {
      updateSetting(idOf(input.SettingId, call), String(input.SettingValue ?? ''), call);
      return {};
    },
  },

  ResetServiceSetting: {
    honours: ['SettingId'],
    mutates: true,
    permissions: (input, call) => [onNamed('ssm:ResetServiceSetting', input.SettingId, call)],
    handle: (input, call) => ({ ServiceSetting: resetSetting(idOf(input.SettingId, call), call) }),
  },
};

const ARN = /^arn:[^:]+:ssm:[^:]*:\d*:servicesetting(\/.+)$/;

/**
 * Requests may name a setting by its id or by its ARN (the CLI's examples do). The ARN of another account or Region
 * names none that the caller could have here: ServiceSettingNotFound (unverified).
 */
function idOf(settingId: unknown, call: Call): string {
  const text = String(settingId ?? '');
  const id = ARN.exec(text)?.[1];
  if (id === undefined) return text;
  if (text !== settingArn(id, call)) throw unknownSetting(text);
  return id;
}

/** On the ARN as it is given, so that a policy decides about another account's. */
function onNamed(action: string, settingId: unknown, call: Call): Permission {
  const text = String(settingId ?? '');
  return ARN.test(text) ? { action, resource: text } : onSetting(action, text, call);
}

export function onSetting(action: string, settingId: string, call: Call): Permission {
  return { action, resource: settingArn(settingId, call) };
}

/** Needed to set the role (user guide, fleet-manager-default-host-management-configuration). */
export function passRole(arn: string): Permission {
  return { action: 'iam:PassRole', resource: arn, context: { 'iam:PassedToService': 'ssm.amazonaws.com' } };
}

function settingArn(settingId: string, call: Call): string {
  return `arn:${call.state.partition}:ssm:${call.region}:${call.accountId}:servicesetting${settingId}`;
}

/** The ARN of the role that a value of the DHMC setting names. */
export function roleArn(value: string, call: Call): string {
  return `arn:${call.state.partition}:iam::${call.accountId}:role/${value}`;
}

/** Throws ServiceSettingNotFound. */
export function getSetting(settingId: string, call: Call): Piece {
  const { byDefault } = requireSetting(settingId, call);
  return (
    settingsOf(call).find((entry) => entry.SettingId === settingId) ?? {
      SettingId: settingId,
      SettingValue: byDefault,
      LastModifiedDate: FIRST_MODIFIED,
      LastModifiedUser: 'System',
      ARN: settingArn(settingId, call),
      Status: 'Default',
    }
  );
}

/**
 * Throws ServiceSettingNotFound, or ValidationException where the value isn't one that the setting takes. A
 * value at its default is no entry of the snapshot. Status is `Customized` (API model; the user guide shows
 * `Custom`).
 */
export function updateSetting(settingId: string, value: string, call: Call): void {
  const { byDefault, takes } = requireSetting(settingId, call);
  if (takes === 'role') checkRole(value, call);
  else if (!takes.includes(value)) {
    throw new AwsError('ValidationException', `Invalid setting value: ${value}`, 400);
  }
  if (value === byDefault) {
    remove(settingId, call);
    return;
  }
  const settings = settingsOf(call);
  const index = settings.findIndex((entry) => entry.SettingId === settingId);
  settings[index < 0 ? settings.length : index] = {
    SettingId: settingId,
    SettingValue: value,
    LastModifiedDate: call.now.toISOString(),
    LastModifiedUser: call.principal.arn,
    ARN: settingArn(settingId, call),
    Status: 'Customized',
  };
}

/** Back to the default; answers the default setting. */
export function resetSetting(settingId: string, call: Call): Piece {
  requireSetting(settingId, call);
  remove(settingId, call);
  return getSetting(settingId, call);
}

/**
 * The role must exist under that path, trust Systems Manager, and have reached it (iam/propagation.ts). What AWS
 * says otherwise is unverified for this setting; the words are those of CreateActivation
 * (terraform-provider-aws issue 30441; AWS Prescriptive Guidance shows the ARN behind them).
 */
function checkRole(value: string, call: Call): void {
  const arn = roleArn(value, call);
  const role = roleInEffect(call.state, call.accountId, value.split('/').at(-1) ?? '');
  const known = role?.Arn === arn ? role : undefined;
  const context = { 'aws:SourceAccount': call.accountId, 'aws:SourceArn': settingArn(DHMC_SETTING_ID, call) };
  if (known && trustsService(trustPolicyOf(known), 'ssm.amazonaws.com', context)) return;
  throw new AwsError(
    'ValidationException',
    `Nonexistent role or missing ssm service principal in trust policy: ${arn}`,
    400,
  );
}

function requireSetting(settingId: string, call: Call): Setting {
  const unsupported: string[] = ssmOf(call).ServiceSettingsUnsupported ?? [];
  const setting = Object.hasOwn(SETTINGS, settingId) ? SETTINGS[settingId] : undefined;
  if (setting && !unsupported.includes(settingId)) return setting;
  throw unknownSetting(settingId);
}

/** The wording is unverified; the code is the model's. */
function unknownSetting(settingId: string): AwsError {
  return new AwsError('ServiceSettingNotFound', `Setting ${settingId} not found.`, 400);
}

function ssmOf(call: Call): Piece {
  return call.state.region(call.accountId, call.region).Ssm;
}

function settingsOf(call: Call): Piece[] {
  const ssm = ssmOf(call);
  ssm.ServiceSettings ??= [];
  return ssm.ServiceSettings;
}

function remove(settingId: string, call: Call): void {
  const settings = settingsOf(call);
  const index = settings.findIndex((entry) => entry.SettingId === settingId);
  if (index >= 0) settings.splice(index, 1);
}
