/**
 * Puts the configuration into the artifact bucket at each deployment: one PutObject of one key (ADR 0022).
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { AwsCustomResource, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { LOG_RETENTION, writeLog } from './functions.ts';

export const CONFIGURATION_KEY = 'configuration/dhmc.config.yaml';

export function putConfiguration(scope: Construct, bucket: IBucket, text: string): AwsCustomResource {
  const logGroup = new LogGroup(scope, 'ConfigurationLog', {
    retention: LOG_RETENTION,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, 'ConfigurationRole', {
    description: 'dhmc-rollout: puts the configuration into the artifact bucket',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      'dhmc-rollout': new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'PutConfiguration',
            actions: ['s3:PutObject'],
            resources: [bucket.arnForObjects(CONFIGURATION_KEY)],
          }),
          writeLog(logGroup),
        ],
      }),
    },
  });
  const put = {
    service: 'S3',
    action: 'putObject',
    parameters: {
      Bucket: bucket.bucketName,
      Key: CONFIGURATION_KEY,
      Body: text,
      ContentType: 'application/yaml',
    },
    physicalResourceId: PhysicalResourceId.of(CONFIGURATION_KEY),
    outputPaths: ['ETag'],
  };
  return new AwsCustomResource(scope, 'Configuration', {
    resourceType: 'Custom::DhmcConfiguration',
    onUpdate: put,
    role,
    logGroup,
    installLatestAwsSdk: false,
  });
}
