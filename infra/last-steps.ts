/**
 * What a deployment does once all else is there: puts the configuration into the artifact bucket (ADR 0022) and
 * protects the table against deletion. Both last, so that a creation that fails leaves an empty bucket and an
 * unprotected table, which CloudFormation can remove.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, type AwsSdkCall, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct, IDependable } from 'constructs';
import { METRIC_NAMESPACE, METRIC_SERVICE } from '../functions/core/run-metrics.ts';
import { LOG_RETENTION, writeLog } from './functions.ts';

export const CONFIGURATION_KEY = 'configuration/dhmc.config.yaml';

export interface LastSteps {
  table: CfnTable;
  bucket: IBucket;
  configurationText: string;
  after: readonly IDependable[];
  /** The schedule whose runs an alarm watches for; null: none does. */
  watchedSchedule: string | null;
}

/** Depends on `after`; what depends on the configuration depends on the answer. */
export function addLastSteps(scope: Construct, steps: LastSteps): IDependable {
  const { table, bucket, configurationText, after, watchedSchedule } = steps;
  const logGroup = new LogGroup(scope, 'ConfigurationLog', {
    retention: LOG_RETENTION,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // The two resources share one function of the CDK, and so one role.
  const role = new Role(scope, 'ConfigurationRole', {
    description: 'dhmc-rollout: puts the configuration into the artifact bucket, protects the table',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      'dhmc-rollout': new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'PutConfiguration',
            actions: ['s3:PutObject'],
            resources: [bucket.arnForObjects(CONFIGURATION_KEY)],
          }),
          new PolicyStatement({
            sid: 'ProtectTable',
            actions: ['dynamodb:UpdateTable'],
            resources: [table.attrArn],
          }),
          writeLog(logGroup),
          ...(watchedSchedule === null ? [] : [beginWatch()]),
        ],
      }),
    },
  });
  const add = (id: string, resourceType: string, calls: { onCreate?: AwsSdkCall; onUpdate?: AwsSdkCall }) => {
    const resource = new AwsCustomResource(scope, id, {
      resourceType,
      ...calls,
      role,
      logGroup,
      installLatestAwsSdk: false,
    });
    return resource;
  };
  if (watchedSchedule !== null) {
    // A watch that begins, or another schedule: until its first run, 0 runs have ended, and none is missing.
    const call: AwsSdkCall = {
      service: 'CloudWatch',
      action: 'putMetricData',
      parameters: {
        Namespace: METRIC_NAMESPACE,
        MetricData: [
          {
            MetricName: 'FullRunsEnded',
            Dimensions: [{ Name: 'service', Value: METRIC_SERVICE }],
            Unit: 'Count',
            Value: 0,
          },
        ],
      },
      physicalResourceId: PhysicalResourceId.of(`watch ${watchedSchedule}`),
    };
    const watch = add('RunWatch', 'Custom::DhmcRunWatch', { onCreate: call, onUpdate: call });
    scope.node.tryFindChild('RunMissing')?.node.addDependency(watch);
  }
  const protection = add('TableProtection', 'Custom::DhmcTableProtection', {
    // Only once: DynamoDB refuses an UpdateTable that changes nothing.
    onCreate: {
      service: 'DynamoDB',
      action: 'updateTable',
      parameters: { TableName: table.ref, DeletionProtectionEnabled: true },
      physicalResourceId: PhysicalResourceId.of('table-protection'),
      outputPaths: ['TableDescription.DeletionProtectionEnabled'],
    },
  });
  const configuration = add('Configuration', 'Custom::DhmcConfiguration', {
    onUpdate: {
      service: 'S3',
      action: 'putObject',
      parameters: {
        Bucket: bucket.bucketName,
        Key: CONFIGURATION_KEY,
        Body: configurationText,
        ContentType: 'application/yaml',
      },
      physicalResourceId: PhysicalResourceId.of(CONFIGURATION_KEY),
      outputPaths: ['ETag'],
    },
  });
  protection.node.addDependency(...after);
  configuration.node.addDependency(...after);
  // An object in the bucket would keep it from being removed, so it is the very last.
  configuration.node.addDependency(protection);
  return configuration;
}

/** PutMetricData knows no resource; its namespace narrows it (Service Authorization Reference, CloudWatch). */
function beginWatch(): PolicyStatement {
  return new PolicyStatement({
    sid: 'BeginWatch',
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': METRIC_NAMESPACE } },
  });
}
