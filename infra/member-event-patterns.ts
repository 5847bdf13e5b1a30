/**
 * Which events of a member account are about what the service keeps: matched in the member, and again in the operator
 * account. Our own writes, sessions of the writer role, are left out in both.
 *
 * Sources: EventBridge user guide, "AWS service events delivered via AWS CloudTrail" (detail-type, `errorCode` where a
 * call failed) and "Comparison operators for use in event patterns" (`anything-but` asks for the field, `exists: false`
 * for its absence; several of a list are alternatives); CloudTrail user guide, "userIdentity element"; Account Management
 * reference guide, "Monitoring account management events with EventBridge". The service setting is named by its ARN or
 * its id (Systems Manager API reference, UpdateServiceSetting), so by its end.
 */
import { ENDPOINT_CHANGES, REGION_CHANGE, ROLE_CHANGES } from '../functions/core/drift.ts';
import type { Configuration } from '../functions/core/model/configuration.ts';
import { DHMC_SETTING_ID } from '../functions/core/setting.ts';

/** As the CDK has it. The command prints these too and is installed without the CDK. */
export interface MemberEventPattern {
  source: string[];
  detailType: string[];
  detail: Record<string, unknown>;
}

export type Named = Pick<Configuration, 'memberRole' | 'dhmcRole'>;

/** Events in the Region of what they are about. */
export function regionalPatterns(settings: Named) {
  return {
    SettingChanged: apiCall(settings, 'ssm', ['UpdateServiceSetting', 'ResetServiceSetting'], {
      requestParameters: { settingId: [{ suffix: DHMC_SETTING_ID }] },
    }),
    DefaultHostManagementChanged: apiCall(settings, 'ssm', [
      'RegisterDefaultHostManagementConfiguration',
      'DeregisterDefaultHostManagementConfiguration',
    ]),
    EndpointsChanged: apiCall(settings, 'ec2', [...ENDPOINT_CHANGES]),
  } satisfies Record<string, MemberEventPattern>;
}

/** Events that only the partition's IAM Region has. */
export function globalPatterns(settings: Named) {
  return {
    DhmcRoleChanged: apiCall(settings, 'iam', [...ROLE_CHANGES], {
      requestParameters: { roleName: [settings.dhmcRole.name] },
    }),
    RegionChanged: REGION_CHANGED,
  } satisfies Record<string, MemberEventPattern>;
}

/** Ended only: the same change is also sent when it begins. */
export const REGION_CHANGED = {
  source: ['aws.account'],
  detailType: [REGION_CHANGE],
  detail: { status: ['ENABLED', 'DISABLED'] },
} satisfies MemberEventPattern;

function apiCall(
  settings: Named,
  service: string,
  eventName: string[],
  detail: Record<string, unknown> = {},
) {
  return {
    source: [`aws.${service}`],
    detailType: ['AWS API Call via CloudTrail'],
    detail: {
      eventSource: [`${service}.amazonaws.com`],
      eventName,
      errorCode: [{ exists: false }],
      userIdentity: {
        sessionContext: {
          sessionIssuer: {
            userName: [{ 'anything-but': [settings.memberRole.writer] }, { exists: false }],
          },
        },
      },
      ...detail,
    },
  };
}
