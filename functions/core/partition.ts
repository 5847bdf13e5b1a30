/** Names that differ by AWS partition. No literal `arn:aws:` stands anywhere else. */

/** Partition of an ARN: its second part. */
export function partitionOfArn(arn: string): string {
  return arn.split(':')[1] || 'aws';
}

/** A customer's or service's ARN in this partition. */
export function iamRoleArn(partition: string, accountId: string, path: string, roleName: string): string {
  return `arn:${partition}:iam::${accountId}:role${path}${roleName}`;
}

/** ARN of an AWS managed policy. */
export function awsManagedPolicyArn(partition: string, policyName: string): string {
  return `arn:${partition}:iam::aws:policy/${policyName}`;
}

/**
 * Rewrites the partition of an AWS managed policy's ARN, so that one configuration serves every
 * partition; other ARNs are kept as they are.
 */
export function inPartition(partition: string, policyArn: string): string {
  return policyArn.replace(/^arn:[^:]+:iam::aws:policy\//, `arn:${partition}:iam::aws:policy/`);
}

/** The console's host behind the Region's name (AWS Management Console guide; GovCloud and China guides). */
export function consoleHost(partition: string): string {
  switch (partition) {
    case 'aws-us-gov':
      return 'console.amazonaws-us-gov.com';
    case 'aws-cn':
      return 'console.amazonaws.cn';
    default:
      return 'console.aws.amazon.com';
  }
}

/**
 * Region of the partition's Organizations endpoint, in which its events are (AWS General Reference, "Organizations
 * endpoints"; aws-facts: known, not verified for China).
 */
export function organizationsRegion(region: string): string {
  if (region.startsWith('us-gov-')) return 'us-gov-west-1';
  return region.startsWith('cn-') ? 'cn-northwest-1' : 'us-east-1';
}
