/** Puts a deployment's values into a template with stand-ins: parameters with their defaults, the configuration, the code. */
import { HANDLERS } from '../handlers.ts';
import { runMissingHours } from '../schedule-gap.ts';
import type { Settings } from '../settings.ts';
import { type PlainTemplate, type Replacement, replaceStandIns, type Synthesized } from './plain-template.ts';
import { PARAMETERS, type ParameterName, VALUES } from './stand-ins.ts';

/** Names of the zip files, in the bucket below the prefix. */
export interface CodeFiles {
  handlers: string;
  customResources: string;
}

const ACCOUNT = { AllowedPattern: '^\\d{12}$', ConstraintDescription: 'twelve digits' };

const DESCRIBED: Record<ParameterName, Record<string, unknown>> = {
  ManagementAccountId: { Description: 'The management account, which may send account events', ...ACCOUNT },
  OrganizationId: {
    Description: 'The organization that account events come from',
    AllowedPattern: '^o-[a-z0-9]{4,32}$',
    ConstraintDescription: 'o- and letters or digits, as describe-organization shows it',
  },
  OperatorAccountId: { Description: 'The account that runs the service', ...ACCOUNT },
  OperatorRegion: {
    Description: 'The Region that the service runs in',
    AllowedPattern: '^[a-z]{2,4}(-[a-z]+)+-\\d$',
    ConstraintDescription: 'a Region such as eu-west-1',
  },
  ChildExecutionType: {
    Description: 'Children of the distributed map: EXPRESS, or STANDARD to look at them one by one',
    AllowedValues: ['EXPRESS', 'STANDARD'],
  },
};

export function fillService(template: Synthesized, settings: Settings, code: CodeFiles): PlainTemplate {
  const { managementAccountId, organizationId, childExecutionType } = settings;
  const coded = replaceCode(withWatchHours(template, settings), code);
  return complete(coded, configurationValues(settings), {
    ManagementAccountId: managementAccountId,
    OrganizationId: organizationId,
    ChildExecutionType: childExecutionType,
  });
}

export function fillEvents(template: Synthesized, settings: Settings): PlainTemplate {
  const { operatorAccountId, operatorRegion } = settings;
  return complete(template, [], { OperatorAccountId: operatorAccountId, OperatorRegion: operatorRegion });
}

function configurationValues({ configuration, configurationText }: Settings): Replacement[] {
  const { topicArn } = configuration.notifications;
  const [, partition = '', , region = '', account = '', name = ''] = topicArn?.split(':') ?? [];
  const values: Record<keyof typeof VALUES, string> = {
    // It is part of a JSON text, which describes the call that puts it into the bucket.
    configuration: JSON.stringify(configurationText).slice(1, -1),
    reader: configuration.memberRole.reader,
    writer: configuration.memberRole.writer,
    dhmcRole: configuration.dhmcRole.name,
    rolePath: configuration.memberRole.path.slice(1),
    topicPartition: partition,
    topicRegion: region,
    topicAccount: account,
    topicName: name,
    schedule: configuration.schedule,
  };
  return Object.entries(VALUES).map(([key, standIn]) => ({
    standIn,
    by: values[key as keyof typeof VALUES],
  }));
}

/** Parameters that the template refers to, and no others. */
function complete(
  template: Synthesized,
  values: readonly Replacement[],
  defaults: Partial<Record<ParameterName, string | undefined>>,
): PlainTemplate {
  const text = JSON.stringify(template);
  const used = Object.entries(PARAMETERS).filter(([, standIn]) => text.includes(standIn));
  const { Description = '', Resources, Outputs } = template;
  // A reference is put in after the values, so that no text of the configuration is taken for a stand-in.
  const references = used.map(([name, standIn]): Replacement => ({ standIn, by: { Ref: name } }));
  const fill = <T>(part: T): T => replaceStandIns(replaceStandIns(part, references), values);
  const code = text.includes('CodeBucket') ? CODE_PARAMETERS : {};
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description,
    Parameters: {
      ...code,
      ...Object.fromEntries(
        used.map(([name]) => {
          const value = defaults[name as ParameterName];
          const preset = value === undefined ? {} : { Default: value };
          return [name, { Type: 'String', ...DESCRIBED[name as ParameterName], ...preset }];
        }),
      ),
    },
    Resources: fill(Resources),
    ...(Outputs === undefined ? {} : { Outputs: fill(Outputs) }),
  };
}

export const CODE_PREFIX = 'dhmc-rollout/';

const CODE_PARAMETERS = {
  CodeBucket: {
    Type: 'String',
    Description: 'The bucket, in the Region of the service, that the zip files were uploaded to',
    AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
    ConstraintDescription: 'the name of a bucket',
  },
  CodePrefix: {
    Type: 'String',
    Description: 'What the names of the zip files begin with in that bucket',
    Default: CODE_PREFIX,
  },
};

/** The code of each function by its file, instead of an asset of the CDK. */
function replaceCode(template: Synthesized, code: CodeFiles): Synthesized {
  const ours: readonly string[] = HANDLERS.map((name) => `${name}.handler`);
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => {
      if (resource.Type !== 'AWS::Lambda::Function') return [id, resource];
      const file = ours.includes(resource.Properties.Handler) ? code.handlers : code.customResources;
      const Code = {
        S3Bucket: { Ref: 'CodeBucket' },
        S3Key: { 'Fn::Join': ['', [{ Ref: 'CodePrefix' }, file]] },
      };
      return [id, { ...resource, Properties: { ...resource.Properties, Code } }];
    }),
  );
  return { ...template, Resources };
}

/** Of the alarm for a missing run, whose hours follow from the schedule. */
function withWatchHours(template: Synthesized, { configuration }: Settings): Synthesized {
  const standIn = runMissingHours(VALUES.schedule);
  const hours = runMissingHours(configuration.schedule);
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => {
      const { Properties } = resource;
      if (resource.Type !== 'AWS::CloudWatch::Alarm' || Properties.EvaluationPeriods !== standIn)
        return [id, resource];
      const AlarmDescription = String(Properties.AlarmDescription).replace(
        `${standIn} hours`,
        `${hours} hours`,
      );
      const watched = { ...Properties, AlarmDescription, EvaluationPeriods: hours, DatapointsToAlarm: hours };
      return [id, { ...resource, Properties: watched }];
    }),
  );
  return { ...template, Resources };
}
