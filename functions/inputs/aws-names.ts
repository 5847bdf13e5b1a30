/** How names of AWS are written, each from the service model or page that says so. */
import { text } from './schema-problem.ts';

/** Organizations AccountId: twelve digits. */
export const accountId = text(/^\d{12}$/, 'an account id (twelve digits, e.g. "111122223333")');

/**
 * Organizations OrganizationalUnitId and RootId. Their patterns ask for longer ids (`ou-ab12-cd34ef56`), but a
 * made-up organization may use short ones.
 */
export const organizationalUnitId = text(
  /^(ou|r)-[a-z0-9-]+$/,
  'the id of an organizational unit or root (e.g. "ou-ab12-cd34ef56", "r-ab12")',
);

/** By form only (`us-gov-west-1`, `eusc-de-east-1`); whether it exists is known once AWS lists its Regions. */
export const regionName = text(/^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'a Region name (e.g. "eu-west-1")');

/** IAM roleNameType. */
export const roleName = text(
  /^[\w+=,.@-]{1,64}$/,
  'a role name without path (1 to 64 of A-Z a-z 0-9 + = , . @ _ -)',
);

/** IAM pathType: `/`, or begins and ends with one; 512 characters at most. */
export const rolePath = text(
  /^(?=.{1,512}$)(\/|\/[\u0021-\u007e]+\/)$/,
  'a path that begins and ends with "/" (e.g. "/service-role/")',
);

/** A path that policies name: `*` and `?` would be wildcards there. */
export const plainRolePath = text(
  /^(?=.{1,512}$)(\/|\/[\u0021-\u0029\u002b-\u003e\u0040-\u007e]+\/)$/,
  'a path without wildcards that begins and ends with "/" (e.g. "/teams/")',
);

/** STS externalIdType: 2 to 1224 characters. */
export const externalId = text(
  /^[\w+=,.@:/-]{2,1224}$/,
  'an external id (2 to 1224 of A-Z a-z 0-9 + = , . @ : / _ -)',
);

/**
 * An ARN, or a name with its path. A wildcard would let the writer attach any policy, AdministratorAccess included.
 * IAM: policyNameType `[\w+=,.@-]+`, policyPathType.
 */
export const policy = text(
  /^(arn:aws[a-z-]*:iam::(aws|\d{12}):policy)?\/([\u0021-\u0029\u002b-\u003e\u0040-\u007e]+\/)?[\w+=,.@-]{1,128}$/,
  'an IAM policy without wildcards: its ARN, or its name with its path, which means that policy in each account (e.g. "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy", "/teams/OrgBoundary")',
);

/** IAM policyNameType. */
export const policyName = text(
  /^[\w+=,.@-]{1,128}$/,
  'the name of an inline policy (1 to 128 of A-Z a-z 0-9 + = , . @ _ -)',
);

/** `*` stands for any run of characters, as in IAM's resource patterns. */
export const roleArnPattern = text(
  /^arn:(aws[a-z-]*|\*):iam::[\d*]+:role\/[\u0021-\u007e]+$/,
  'the ARN of a role, "*" allowed in it (e.g. "arn:aws:iam::*:role/ops/*")',
);

export const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/,
  'the ARN of an SNS topic (e.g. "arn:aws:sns:eu-west-1:111122223333:name")',
);

/** IAM and EC2 tags: keys of 1 to 128 characters, `aws:` is reserved. `dhmc-rollout` marks what is ours. */
export const tagKey = text(
  /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
  'a tag key (1 to 128 letters, digits, spaces or _ . : / = + - @, not beginning with "aws:")',
);

export const ownTagKey = text(
  /^(?!aws:|dhmc-rollout)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu,
  'a tag key that is free to use ("aws:" and "dhmc-rollout" are taken; 1 to 128 letters, digits, spaces or _ . : / = + - @)',
);

export const tagValue = text(
  /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u,
  'a tag value (at most 256 letters, digits, spaces or _ . : / = + - @)',
);

export const profileId = text(/^rp-[0-9a-z]+$/, 'the id of a Route 53 Profile (e.g. "rp-0abc")');
export const vpcId = text(/^vpc-[0-9a-z]+$/, 'a VPC id (e.g. "vpc-0abc")');
export const instanceId = text(/^i-[0-9a-z]+$/, 'an instance id (e.g. "i-0abc")');
export const imageId = text(/^ami-[0-9a-z]+$/, 'an AMI id (e.g. "ami-0abc")');
