/** Who may connect to what: the request that a policy is made from, and the ARNs that follow. */
import {
  countCharacters,
  documentOf,
  MANAGED_POLICY_CHARACTERS,
  type ReasonedStatement,
} from './policy-document.ts';

/** Instances by id, or by tags: all keys must fit, of a key's values one. */
export type Nodes =
  | { kind: 'instances'; instanceIds: readonly string[] }
  | { kind: 'tags'; tags: Readonly<Record<string, readonly string[]>> };

export interface AccessRequest {
  partition: string;
  /** Account id, or `*`: the policy's own account, since an identity policy opens no other. */
  accountId: string;
  /** Region, or `*` for all of the partition. */
  region: string;
  nodes: Nodes;
}

/** More instances than a policy holds. The message is one line. */
export class PolicyTooLargeError extends Error {
  override readonly name = 'PolicyTooLargeError';
}

/** ARNs that a statement on the nodes names; with tags, every instance, and the condition decides. */
export function instanceArns({ partition, region, accountId, nodes }: AccessRequest): string[] {
  const ids = nodes.kind === 'instances' ? nodes.instanceIds : ['*'];
  return ids.map((id) => `arn:${partition}:ec2:${region}:${accountId}:instance/${id}`);
}

/**
 * The condition that narrows a statement on instances to the tags; empty for named instances. `keyPrefix` is
 * `ssm:resourceTag/` for Systems Manager's actions, `aws:ResourceTag/` for EC2's (Service Authorization Reference).
 */
export function tagConditions(nodes: Nodes, keyPrefix: string): Record<string, string[]> {
  if (nodes.kind === 'instances') return {};
  return Object.fromEntries(
    Object.entries(nodes.tags).map(([key, values]) => [`${keyPrefix}${key}`, [...values]]),
  );
}

/** Names that AWS publishes; their ARNs have no account ("the ARN you specify does not require an AWS account ID"). */
const AWS_DOCUMENT = /^(AWS|Amazon)[A-Za-z0-9]*-/;

export function documentArn({ partition, region, accountId }: AccessRequest, name: string): string {
  return `arn:${partition}:ssm:${region}:${AWS_DOCUMENT.test(name) ? '' : accountId}:document/${name}`;
}

export function sessionArn({ partition, region, accountId }: AccessRequest, id: string): string {
  return `arn:${partition}:ssm:${region}:${accountId}:session/${id}`;
}

/** @throws {PolicyTooLargeError} where IAM would refuse the policy; it says how many instances would fit. */
export function refuseTooLarge<Request extends AccessRequest>(
  request: Request,
  make: (request: Request) => ReasonedStatement[],
): ReasonedStatement[] {
  const statements = make(request);
  const size = countCharacters(documentOf(statements));
  if (size <= MANAGED_POLICY_CHARACTERS) return statements;
  const limit = MANAGED_POLICY_CHARACTERS.toLocaleString('en');
  const tooLarge = `the policy would have ${size.toLocaleString('en')} characters, IAM takes ${limit}`;
  const { nodes } = request;
  if (nodes.kind === 'tags') throw new PolicyTooLargeError(`${tooLarge}: name fewer tags or documents`);
  const fits = (count: number) => {
    const fewer = { ...nodes, instanceIds: nodes.instanceIds.slice(0, count) };
    return countCharacters(documentOf(make({ ...request, nodes: fewer }))) <= MANAGED_POLICY_CHARACTERS;
  };
  let most = nodes.instanceIds.length - 1;
  while (most > 0 && !fits(most)) most -= 1;
  throw new PolicyTooLargeError(
    `${tooLarge}: ${nodes.instanceIds.length} instances are too many, ${most} of them fit; make several policies, or use a tag`,
  );
}
