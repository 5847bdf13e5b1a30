/**
 * What the templates grant and no run in this process can use, each with its reason. The suite's test holds this
 * table both ways: each row has something that is granted and unused, and nothing else is unused.
 */
import type { Grant } from './usage.ts';

interface Unused {
  /** Roles by name in the template. */
  roles: RegExp;
  sid: string;
  why: string;
}

export const UNUSED: Unused[] = [
  { roles: /./, sid: 'WriteLog', why: 'the Lambda runtime writes the log, not the handler' },
  {
    roles: /^(Assess|Enforce)$/,
    sid: 'DeliverLog',
    why: 'Step Functions delivers its own log with the role (Step Functions guide, "Logging in CloudWatch Logs")',
  },
  { roles: /./, sid: 'SendTraces', why: 'Lambda and Step Functions send their traces with the role' },
  {
    roles: /^(Assess|Enforce)$/,
    sid: 'StartChildren',
    why: 'a distributed map starts separate executions; the local engine has none',
  },
  { roles: /^(Assess|Enforce)$/, sid: 'FollowChildren', why: 'the same executions are followed and stopped' },
  {
    roles: /^(Assess|Enforce)(StartRun|Reconcile)$/,
    sid: 'SeeMissingArtifacts',
    why: 'asked of S3 only where an object is missing that a sound run has: without it, the answer would be 403',
  },
  {
    roles: /^FinishRun$/,
    sid: 'AbortUploads',
    why: 'S3 is asked to forget the parts of an upload that failed',
  },
  { roles: /^FinishRun$/, sid: 'NotifyRunEnd', why: 'the suite has no topic; test/handlers has one' },
  {
    roles: /^FinishRun$/,
    sid: 'CloseAccount',
    why: 'no account leaves the organization between two runs of the suite; in test/events one does',
  },
  { roles: /^FinishRun$/, sid: 'ReadAccounts', why: 'asked of accounts that left, likewise' },
  {
    roles: /^NextBatch$/,
    sid: 'ReadAccounts',
    why: 'GetItem is asked of accounts whose invocation left no result behind a gated wave',
  },
  {
    roles: /^NextBatch$/,
    sid: 'CreateHold',
    why: 'no gate stops a run of the suite; in test/reconcile/between-runs one does',
  },
  {
    roles: /^NextBatch$/,
    sid: 'RenewEnforceLease',
    why: 'read where another run holds the lease, given back while an account event waits: likewise',
  },
  {
    roles: /^EnforceStartRun$/,
    sid: 'TakeEnforceLease',
    why: 'read where another run holds the lease, likewise',
  },
  {
    roles: /^EnforceStartRun$/,
    sid: 'SeeWhetherRunIsAtWork',
    why: 'the local engine has no executions of Step Functions to ask for',
  },
  {
    roles: /^(Assess|Enforce)StartRun$/,
    sid: 'ReadConcurrencyQuota',
    why: 'the suite has no Lambda to ask for its quota',
  },
  {
    roles: /^(Assess|Enforce)StartRun$/,
    sid: 'ReadOrganization',
    why: 'ListParents is asked where DescribeAccount gives no path; in test/handlers it does not',
  },
  {
    roles: /^Configuration$/,
    sid: 'ProtectTable',
    why: 'a deployment does it once, after everything else (infra/last-steps.ts)',
  },
  {
    roles: /^Configuration$/,
    sid: 'BeginWatch',
    why: 'a first deployment does it once (infra/last-steps.ts)',
  },
  {
    roles: /^DhmcRolloutWriter$/,
    sid: 'SetVpcDnsSupport',
    why: 'every VPC of the suite has DNS support and lacks host names at most; in test/reconcile one lacks both',
  },
  {
    roles: /^DhmcRolloutReader$/,
    sid: 'ReadInlinePoliciesOfDhmcRole',
    why: 'no DHMC role of the suite has inline policies; in test/reconcile one has',
  },
];

export const whyUnused = ({ role, sid }: Grant): string | undefined =>
  UNUSED.find((one) => one.sid === sid && one.roles.test(role))?.why;
