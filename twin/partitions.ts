/** What differs by partition. Source: botocore's endpoints.json, `credentialScope` of the global endpoints. */

const GLOBAL_REGIONS: Record<string, string> = {
  aws: 'us-east-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-cn': 'cn-northwest-1',
};

const GLOBAL_SERVICES = new Set(['iam', 'organizations', 'account', 'route53']);

/** Region of a partition's global endpoints: `aws:RequestedRegion` of what IAM, Organizations and such do. */
export function globalRegion(partition: string, service?: string): string {
  // In China, IAM alone is in Beijing
  if (partition === 'aws-cn' && service === 'iam') return 'cn-north-1';
  return GLOBAL_REGIONS[partition] ?? 'us-east-1';
}

export function isGlobalService(service: string): boolean {
  return GLOBAL_SERVICES.has(service);
}

/** `arn:<partition>:...`; `aws` for what is no ARN. */
export function partitionOf(arn: string): string {
  return arn.split(':')[1] || 'aws';
}
