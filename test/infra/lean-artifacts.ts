/** What lean-artifacts.test.ts reads with, in one module, so that it can be bundled. */
export { S3Client } from '@aws-sdk/client-s3';
export { createS3Artifacts } from '../../functions/store/artifacts-s3.ts';
