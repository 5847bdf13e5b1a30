/**
 * Findings of checkov that are accepted, each with its reason, as metadata of the resource: whoever deploys the templates
 * through a pipeline with checkov reads the reason there. A finding that is not in this list, or an entry without a
 * finding, fails `npm run test:review`. Those of the member roles are in their templates (member-role-templates.ts).
 */
import { CfnResource, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

interface Skip {
  id: string;
  comment: string;
}

const BY_TYPE: Readonly<Record<string, readonly Skip[]>> = {
  'AWS::DynamoDB::Table': [
    {
      id: 'CKV_AWS_119',
      comment:
        'The AWS managed key of DynamoDB encrypts it; a separate key costs more and keeps out no one who may read the table.',
    },
  ],
  'AWS::Lambda::Function': [
    {
      id: 'CKV_AWS_115',
      comment: "The map's concurrency limits it; a reservation would take from the account's quota for good.",
    },
    {
      id: 'CKV_AWS_116',
      comment:
        'Its caller sees what fails: Step Functions and CloudFormation wait for it, a queue or a rule has its own dead-letter queue.',
    },
    {
      id: 'CKV_AWS_117',
      comment:
        "It calls AWS's public endpoints alone and nothing calls it through a network; a VPC protects nothing here.",
    },
  ],
  'AWS::Logs::LogGroup': [
    {
      id: 'CKV_AWS_158',
      comment:
        'CloudWatch Logs encrypts it with its service key; it holds account ids, names and reasons, no secrets.',
    },
  ],
  'AWS::S3::Bucket': [
    {
      id: 'CKV_AWS_18',
      comment:
        'Only the functions of this stack read and write it; every version is kept, and object-level CloudTrail events say more than access logs.',
    },
  ],
  'AWS::SNS::Topic': [
    {
      id: 'CKV_AWS_26',
      comment:
        'CloudWatch alarms cannot publish to a topic under the AWS managed key; a topic under a key of yours can be configured (notifications.topicArn).',
    },
  ],
  'AWS::SQS::Queue': [
    {
      id: 'CKV_AWS_27',
      comment:
        'SQS encrypts it with service-managed keys (SqsManagedSseEnabled), which the check does not know.',
    },
  ],
};

const ENVIRONMENT: Skip = {
  id: 'CKV_AWS_173',
  comment: "Names and ARNs of the stack's resources, no secrets; Lambda encrypts them with its service key.",
};

/** Writes the reasons to every resource below. */
export function addCheckovSkips(root: IConstruct): void {
  for (const each of root.node.findAll()) {
    if (!(each instanceof CfnResource)) continue;
    const skips = [...(BY_TYPE[each.cfnResourceType] ?? [])];
    if (each instanceof CfnFunction && Stack.of(each).resolve(each.environment) !== undefined)
      skips.push(ENVIRONMENT);
    if (skips.length > 0) each.addMetadata('checkov', { skip: skips });
  }
}
