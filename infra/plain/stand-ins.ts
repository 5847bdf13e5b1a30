/**
 * Values that a template is synthesized with, and that are replaced afterwards: by a parameter, or by what the
 * configuration says. Each is a text that nothing else in a template contains.
 */

import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import type { Settings } from '../settings.ts';
import type { Features } from './features.ts';

/** Become parameters of the template. */
export const PARAMETERS = {
  ManagementAccountId: 'DHMC_MANAGEMENT_ACCOUNT',
  OrganizationId: 'DHMC_ORGANIZATION',
  OperatorAccountId: 'DHMC_OPERATOR_ACCOUNT',
  OperatorRegion: 'DHMC_OPERATOR_REGION',
  ChildExecutionType: 'DHMC_CHILD_TYPE',
} as const;
export type ParameterName = keyof typeof PARAMETERS;

/** Are written in. The hours of the alarm are a number. */
export const VALUES = {
  reader: 'DHMC_READER_ROLE',
  writer: 'DHMC_WRITER_ROLE',
  dhmcRole: 'DHMC_ROLE_NAME',
  // Below the root, as part of a name: without the first slash.
  rolePath: 'DHMC_ROLE_PATH/',
  topicPartition: 'aws-dhmctopic',
  topicRegion: 'dhmc-topic-region-1',
  topicAccount: '990011223344',
  topicName: 'DHMC_TOPIC_NAME',
  schedule: 'rate(97 hours)',
  // The last: whatever it contains is no stand-in.
  configuration: 'DHMC_CONFIGURATION_TEXT',
} as const;
/** No alarm can watch it. */
const UNWATCHED_SCHEDULE = 'cron(0 3 1 * ? *)';

/** The settings of a deployment that has these features. */
export function standInSettings(features: Features): Settings {
  const { schedule, watched, events, memberEvents, securityHub, signReports, foreignTopic, fleet } = features;
  const { topicPartition, topicRegion, topicAccount, topicName, reader, writer } = VALUES;
  const configuration = parseConfiguration(`fleet: ${fleet ? 'record' : 'off'}\n`, 'plain template');
  const topicArn = `arn:${topicPartition}:sns:${topicRegion}:${topicAccount}:${topicName}`;
  return {
    configuration: {
      ...configuration,
      memberRole: { ...configuration.memberRole, reader, writer, path: `/${VALUES.rolePath}` },
      dhmcRole: { ...configuration.dhmcRole, name: VALUES.dhmcRole },
      events: { ...configuration.events, members: memberEvents ? 'on' : 'off' },
      notifications: { ...configuration.notifications, topicArn: foreignTopic ? topicArn : null },
      schedule: watched || schedule === 'off' ? VALUES.schedule : UNWATCHED_SCHEDULE,
    },
    configurationText: VALUES.configuration,
    scheduledMode: schedule,
    // A type that is named so is no value of the setting; CloudFormation puts the parameter's in.
    childExecutionType: PARAMETERS.ChildExecutionType as 'EXPRESS',
    organizationalUnits: [],
    memberEventRegions: [],
    operatorAccountId: PARAMETERS.OperatorAccountId,
    organizationId: PARAMETERS.OrganizationId,
    managementAccountId: events === 'off' ? undefined : PARAMETERS.ManagementAccountId,
    operatorRegion: PARAMETERS.OperatorRegion,
    controlTowerRegion: undefined,
    accountEventMode: events,
    signReports: signReports ? 'on' : 'off',
    securityHub: securityHub ? 'on' : 'off',
    stackSetCaller: 'SELF',
  };
}
