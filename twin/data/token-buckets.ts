/**
 * How many requests AWS takes: size of a token bucket (the burst) and tokens that it regains a second, with
 * where the figure comes from. Figures marked `assumed` are published nowhere; they are chosen low, so that
 * what passes here passes there.
 */
export interface BucketSize {
  size: number;
  perSecond: number;
}

export interface ServiceLimits {
  source: string;
  /** What has its own bucket, with its size. */
  operations: Readonly<Record<string, BucketSize>>;
  /** Operations without an entry: a bucket each, of this size. */
  others: { reading: BucketSize; mutating: BucketSize; assumed: boolean };
  /** One bucket for all operations, instead of the above. */
  shared?: BucketSize;
  /** Smaller buckets of reads that give neither Filters nor MaxResults or NextToken. */
  unpaginated?: { operations: readonly string[] } & BucketSize;
  /** Buckets which all accounts of the organization share, besides the account's own. */
  organization?: Readonly<Record<string, BucketSize>>;
  /** How the service says that there was no token. */
  error: { code: string; message: string; status: number; source: string };
}

const bucket = (perSecond: number, size: number): BucketSize => ({ size, perSecond });

/** The same bucket for several operations; each has its own tokens. */
function each(names: readonly string[], size: BucketSize): Record<string, BucketSize> {
  return Object.fromEntries(names.map((name) => [name, size]));
}

const RATE_EXCEEDED = 'Rate exceeded';

export const LIMITS: Readonly<Record<string, ServiceLimits>> = {
  ec2: {
    source: 'EC2 developer guide, ec2-api-throttling: "each API is evaluated individually"',
    operations: {
      ...each(['CreateTags', 'DeleteTags'], bucket(10, 100)),
      ...each(['CreateVpcEndpoint', 'ModifyVpcEndpoint', 'DeleteVpcEndpoints'], bucket(0.3, 4)),
      ...each(['AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupIngress'], bucket(5, 50)),
      DescribeSecurityGroupReferences: bucket(5, 20),
      DescribeStaleSecurityGroups: bucket(5, 20),
    },
    others: { reading: bucket(20, 100), mutating: bucket(5, 50), assumed: false },
    unpaginated: {
      operations: [
        'DescribeInstances',
        'DescribeInstanceStatus',
        'DescribeNetworkInterfaces',
        'DescribeSecurityGroups',
        'DescribeSnapshots',
        'DescribeSpotInstanceRequests',
        'DescribeVolumes',
      ],
      ...bucket(10, 50),
    },
    error: {
      code: 'RequestLimitExceeded',
      message: 'Request limit exceeded.',
      status: 503,
      source: 'code: EC2 error codes; words and status: as SDKs log it (K)',
    },
  },
  organizations: {
    source: 'Organizations user guide, orgs_reference_limits, "Throttling limits" (rate, burst)',
    operations: {
      ListAccounts: bucket(8, 12),
      ListChildren: bucket(6, 10),
      ...each(['ListParents', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent'], bucket(5, 8)),
      ...each(
        ['ListPolicies', 'ListPoliciesForTarget', 'ListTargetsForPolicy', 'ListDelegatedAdministrators'],
        bucket(5, 8),
      ),
      ...each(['ListRoots', 'DescribeOrganization', 'CreateOrganizationalUnit'], bucket(1, 2)),
      ...each(['DescribeOrganizationalUnit', 'DescribePolicy'], bucket(2, 2)),
      DescribeAccount: bucket(20, 30),
      ListTagsForResource: bucket(10, 15),
      ...each(['ListDelegatedServicesForAccount', 'ListAWSServiceAccessForOrganization'], bucket(1, 3)),
      ...each(['TagResource', 'UntagResource'], bucket(4, 6)),
    },
    others: { reading: bucket(1, 2), mutating: bucket(1, 1), assumed: true },
    organization: {
      ListAccounts: bucket(9, 15),
      ListChildren: bucket(7, 12),
      ...each(['ListParents', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent'], bucket(6, 10)),
      ...each(
        ['ListPolicies', 'ListPoliciesForTarget', 'ListTargetsForPolicy', 'ListDelegatedAdministrators'],
        bucket(6, 10),
      ),
      ListRoots: bucket(1, 3),
      ...each(['DescribeOrganizationalUnit', 'DescribePolicy'], bucket(2, 3)),
      DescribeAccount: bucket(24, 36),
      ListTagsForResource: bucket(12, 18),
      ...each(['ListDelegatedServicesForAccount', 'ListAWSServiceAccessForOrganization'], bucket(1, 4)),
    },
    error: {
      code: 'TooManyRequestsException',
      message: 'You have sent too many requests in too short a period of time. Try again later.',
      status: 400,
      source:
        'awslabs/aws-deployment-framework #788 (2025); up to 2024 "...can\'t complete your request because another request is already in progress. Try again later."; status: aws/aws-sdk-js #2135',
    },
  },
  sts: {
    source:
      'IAM user guide, reference_iam-quotas: 600 requests a second, per account and Region, all operations together. The burst is not published: one second of it (assumed)',
    operations: {},
    others: { reading: bucket(600, 600), mutating: bucket(600, 600), assumed: false },
    shared: bucket(600, 600),
    error: {
      code: 'Throttling',
      message: RATE_EXCEEDED,
      status: 400,
      source: 'jlevers/selling-partner-api #278, aws/aws-sdk-go-v2 #2481',
    },
  },
  iam: {
    source: 'not published',
    operations: {},
    others: { reading: bucket(10, 30), mutating: bucket(5, 10), assumed: true },
    error: {
      code: 'Throttling',
      message: RATE_EXCEEDED,
      status: 400,
      source: 'legion-platform/legion #807, go-to-k/delstack #82',
    },
  },
  ssm: {
    source: 'not published for service settings and managed nodes',
    operations: {
      GetServiceSetting: bucket(5, 10),
      ...each(['UpdateServiceSetting', 'ResetServiceSetting'], bucket(1, 2)),
      ...each(
        ['RegisterDefaultHostManagementConfiguration', 'DeregisterDefaultHostManagementConfiguration'],
        bucket(1, 2),
      ),
    },
    others: { reading: bucket(5, 10), mutating: bucket(1, 2), assumed: true },
    error: {
      code: 'ThrottlingException',
      message: RATE_EXCEEDED,
      status: 400,
      source: 'aws/aws-sdk-js-v3 #4350, aws/amazon-ssm-agent #15',
    },
  },
  account: {
    source:
      'Account Management reference guide, quotas: rates of GetRegionOptStatus, ListRegions and GetAlternateContact',
    operations: {
      ...each(['ListRegions', 'GetRegionOptStatus'], bucket(5, 5)),
      GetAlternateContact: bucket(10, 15),
      ...each(['EnableRegion', 'DisableRegion'], bucket(1, 1)),
    },
    others: { reading: bucket(3, 3), mutating: bucket(1, 1), assumed: true },
    error: {
      code: 'TooManyRequestsException',
      message: 'Too Many Requests',
      status: 429,
      source: 'code and status: the model; words: hashicorp/terraform-provider-aws #42484',
    },
  },
  route53: {
    source: 'Route 53 developer guide, DNSLimitations: five requests a second per account',
    operations: {},
    others: { reading: bucket(5, 5), mutating: bucket(5, 5), assumed: false },
    shared: bucket(5, 5),
    error: {
      code: 'Throttling',
      message: RATE_EXCEEDED,
      status: 400,
      source:
        'DNSLimitations: "returns an HTTP 400 error (Bad request) ... Code Throttling ... Rate exceeded"',
    },
  },
};
