/** What becomes of a run's reports in the bucket: a key that signs their sums, and Security Hub, where wanted. */
import { Aws } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Alias, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { CfnEventInvokeConfig, type Function as Handler } from 'aws-cdk-lib/aws-lambda';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { REPORT_FORMATS } from '../functions/report/formats.ts';

/** Of finish-run: every format there is. */
export const ALL_FORMATS = Object.keys(REPORT_FORMATS).join(',');
export const FINDINGS_FILE = REPORT_FORMATS.asff.fileName;

/** Whoever verifies needs the public key alone. It outlives the stack, as the reports do that it signed. */
export function createReportKey(scope: Construct): Key {
  const key = new Key(scope, 'ReportKey', {
    description: 'dhmc-rollout: signs the sums of reports',
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
  });
  new Alias(scope, 'ReportKeyAlias', { aliasName: 'alias/dhmc-rollout-reports', targetKey: key });
  return key;
}

/**
 * A report in ASFF that comes into the bucket goes to Security Hub. By EventBridge, which delivers at least
 * once: a finding that comes again is the same finding. What fails three times waits in the queue.
 */
export function connectSecurityHub(
  scope: Construct,
  { bucket, handler, deadLetters }: { bucket: Bucket; handler: Handler; deadLetters: Queue },
): void {
  // The construct's own switch would bring a Lambda function with rights on every bucket.
  (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
    eventBridgeConfiguration: { eventBridgeEnabled: true },
  };
  new Rule(scope, 'FindingsWritten', {
    description: 'dhmc-rollout: findings of a run go to Security Hub',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: {
        bucket: { name: [bucket.bucketName] },
        object: { key: [{ wildcard: `reports/*/${FINDINGS_FILE}` }] },
      },
    },
    targets: [new LambdaFunction(handler, { deadLetterQueue: deadLetters })],
  });
  new CfnEventInvokeConfig(scope, 'ImportFindingsInvocations', {
    functionName: handler.functionName,
    qualifier: '$LATEST',
    maximumRetryAttempts: 2,
    destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
  });
}

/** The product of findings that a customer sends itself. */
export function ownProductArn(): string {
  return `arn:${Aws.PARTITION}:securityhub:${Aws.REGION}:${Aws.ACCOUNT_ID}:product/${Aws.ACCOUNT_ID}/default`;
}
