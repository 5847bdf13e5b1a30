/** Names that differ by AWS partition. No literal `arn:aws:` is anywhere else. */

/** The European Sovereign Cloud has one Region, which the SDK's partitions name as its global one. */
const SOVEREIGN_REGION = 'eusc-de-east-1';

/** Partition of an ARN: its second part. */
export function partitionOfArn(arn: string): string {
  return arn.split(':')[1] || 'aws';
}

/** Partition of a Region, by its name. */
export function partitionOfRegion(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
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
 * The policy that the configuration names, as an account has it: an AWS managed policy by its ARN, a customer managed
 * one by its name with its path (`/teams/OrgBoundary`) or by any account's ARN. IAM attaches policies of the role's own
 * account alone, so one configuration means the policy of that name in each (IAM user guide, "Permissions boundaries").
 */
export function policyArnIn(partition: string, accountId: string, policy: string): string {
  const [, owner, path] = /^arn:[^:]+:iam::([^:]+):policy(\/.+)$/.exec(policy) ?? [];
  if (owner === 'aws') return `arn:${partition}:iam::aws:policy${path}`;
  return `arn:${partition}:iam::${accountId}:policy${path ?? policy}`;
}

/**
 * The console's host behind the Region's name (AWS Management Console guide; GovCloud and China guides; the European
 * Sovereign Cloud's by public reports of its launch).
 */
export function consoleHost(partition: string): string {
  switch (partition) {
    case 'aws-us-gov':
      return 'console.amazonaws-us-gov.com';
    case 'aws-cn':
      return 'console.amazonaws.cn';
    case 'aws-eusc':
      return 'console.amazonaws-eusc.eu';
    default:
      return 'console.aws.amazon.com';
  }
}

/**
 * Region in which IAM calls of a Region's partition and changes of an account's Regions are recorded (CloudTrail user guide, "Global
 * service events"; IAM endpoints of the AWS General Reference; not verified for China).
 */
export function iamRegion(region: string): string {
  if (region.startsWith('us-gov-')) return 'us-gov-west-1';
  if (region.startsWith('eusc-')) return SOVEREIGN_REGION;
  return region.startsWith('cn-') ? 'cn-north-1' : 'us-east-1';
}

/**
 * Region of the partition's Organizations endpoint, in which its events are (AWS General Reference, "Organizations
 * endpoints"; aws-facts: known, not verified for China).
 */
export function organizationsRegion(region: string): string {
  if (region.startsWith('us-gov-')) return 'us-gov-west-1';
  if (region.startsWith('eusc-')) return SOVEREIGN_REGION;
  return region.startsWith('cn-') ? 'cn-northwest-1' : 'us-east-1';
}
