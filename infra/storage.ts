/**
 * The table and the artifact bucket. Both outlive the stack: they hold the journal that a rollback needs. Where the
 * stack's creation fails they hold nothing yet and go with it (CloudFormation user guide, DeletionPolicy,
 * "RetainExceptOnCreate"), or each try would leave another pair behind.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { tableDefinition } from '../functions/store/table-definition.ts';

/** Runs are kept a little longer than a year, so that an audit can look back over one. */
const RUN_DAYS = 400;

/** From the table as data that the embedded engine is made of too (functions/store/table-definition.ts). */
export function createTable(scope: Construct): CfnTable {
  const definition = tableDefinition('');
  const keys = (schema: readonly { AttributeName: string; KeyType: string }[]) =>
    schema.map(({ AttributeName, KeyType }) => ({ attributeName: AttributeName, keyType: KeyType }));
  const table = new CfnTable(scope, 'Table', {
    billingMode: definition.BillingMode,
    attributeDefinitions: definition.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
      attributeName: AttributeName,
      attributeType: AttributeType,
    })),
    keySchema: keys(definition.KeySchema),
    globalSecondaryIndexes: definition.GlobalSecondaryIndexes.map((index) => ({
      indexName: index.IndexName,
      keySchema: keys(index.KeySchema),
      projection: { projectionType: index.Projection.ProjectionType },
    })),
    // With the key aws/dynamodb: its use shows in CloudTrail, and no role needs a grant for it.
    sseSpecification: { sseEnabled: true, sseType: 'KMS' },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // CloudFormation could not remove a protected table; protectTable() protects it once the stack is complete.
  });
  table.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return table;
}

export function createArtifactBucket(scope: Construct): Bucket {
  return new Bucket(scope, 'Artifacts', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    encryption: BucketEncryption.S3_MANAGED,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    lifecycleRules: [
      {
        id: 'runs',
        prefix: 'runs/',
        expiration: Duration.days(RUN_DAYS),
        noncurrentVersionExpiration: Duration.days(30),
      },
      {
        id: 'fleet',
        prefix: 'fleet/',
        expiration: Duration.days(RUN_DAYS),
        noncurrentVersionExpiration: Duration.days(30),
      },
      {
        id: 'reports',
        prefix: 'reports/',
        expiration: Duration.days(RUN_DAYS),
        noncurrentVersionExpiration: Duration.days(30),
      },
      {
        id: 'earlier-configurations',
        prefix: 'configuration/',
        noncurrentVersionExpiration: Duration.days(RUN_DAYS),
      },
      { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
    ],
  });
}
