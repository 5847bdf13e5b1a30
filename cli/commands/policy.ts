import {
  type AccessRequest,
  type Nodes,
  PolicyTooLargeError,
} from '../../functions/core/access/access-request.ts';
import { documentOf, type ReasonedStatement } from '../../functions/core/access/policy-document.ts';
import { rdpPolicy } from '../../functions/core/access/rdp-policy.ts';
import { DEFAULT_SESSION_DOCUMENT, sessionPolicy } from '../../functions/core/access/session-policy.ts';
import { EXIT, UsageError } from '../exit.ts';

type PolicyKind = 'session' | 'rdp';

interface PolicyFlags {
  kind: PolicyKind;
  instances?: string[];
  tag?: [string, string][];
  account?: string;
  region?: string;
  partition?: string;
  document?: string[];
}

/** What `dhmc policy <kind>` does: the policy on standard output, what it is for on standard error. */
export async function policy({ kind, ...flags }: PolicyFlags): Promise<number> {
  const request = requestOf(flags);
  if (kind === 'rdp' && flags.document) {
    throw new UsageError('--document has no meaning with rdp: Remote Desktop uses its one document');
  }
  const statements = orUsageError(() =>
    kind === 'rdp'
      ? rdpPolicy(request)
      : sessionPolicy({ ...request, documents: flags.document ?? [DEFAULT_SESSION_DOCUMENT] }),
  );
  process.stdout.write(`${JSON.stringify(documentOf(statements), null, 2)}\n`);
  process.stderr.write(explain(kind, request, statements));
  return EXIT.finished;
}

function requestOf(flags: Omit<PolicyFlags, 'kind'>): AccessRequest {
  const region = flags.region ?? '*';
  const byRegion = partitionOfRegion(region);
  const partition = flags.partition ?? byRegion ?? 'aws';
  if (byRegion !== undefined && byRegion !== partition) {
    throw new UsageError(`--region ${region}: in partition ${byRegion}, not ${partition}`);
  }
  return { partition, region, accountId: flags.account ?? '*', nodes: nodesOf(flags) };
}

function nodesOf({ instances, tag }: Pick<PolicyFlags, 'instances' | 'tag'>): Nodes {
  if ((instances === undefined) === (tag === undefined)) {
    throw new UsageError('which instances is not said; give either --instances i-..,i-.. or --tag KEY=VALUE');
  }
  if (instances !== undefined) return { kind: 'instances', instanceIds: instances };
  const tags: Record<string, string[]> = {};
  for (const [key, value] of tag ?? []) tags[key] = [...(tags[key] ?? []), value];
  return { kind: 'tags', tags };
}

/** By the Region's name; undefined for `*`. */
function partitionOfRegion(region: string): string | undefined {
  if (region === '*') return undefined;
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

function orUsageError<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof PolicyTooLargeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function explain(kind: PolicyKind, request: AccessRequest, statements: ReasonedStatement[]): string {
  const lines = statements.flatMap(({ statement, reason, source }) => [
    `${statement.Sid}: ${reason}.`,
    `    ${source}`,
  ]);
  return `${[...lines, ...notes(kind, request).map((note) => `note: ${note}`)].join('\n')}\n`;
}

function notes(kind: PolicyKind, { accountId, nodes }: AccessRequest): string[] {
  return [
    ...(accountId === '*' ? ['without --account the policy fits whichever account it is put in'] : []),
    ...(nodes.kind === 'tags'
      ? ['whoever may tag instances decides who may connect: watch ec2:CreateTags on that key']
      : []),
    'where session preferences name a KMS key, kms:GenerateDataKey on that key is needed as well',
    ...(kind === 'rdp'
      ? [
          'signing in through IAM Identity Center needs more, and makes a local administrator: see docs/access.md',
        ]
      : []),
  ];
}
