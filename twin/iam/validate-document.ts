/**
 * The grammar of policy documents as IAM enforces it (IAM user guide, reference_policies_grammar and the pages
 * of the elements). The messages are IAM's as public reports and moto's tests against AWS show them; that IAM
 * refuses an action of a service it does not know is unverified (its own validator warns).
 */
import { SERVICE_PREFIXES } from '../data/service-prefixes.ts';
import { isOperator } from './conditions.ts';

export type DocumentKind = 'trust' | 'permissions' | 'session';

type Elements = Record<string, unknown>;

const DOCUMENT_ELEMENTS = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);
const TRUST_ACTIONS =
  /^(?:\*|sts:(?:\*|assumerole\*?|assumerolewithsaml|assumerolewithwebidentity|tagsession|setsourceidentity|setcontext|assume\*|tag\*|set\*))$/i;
const SYNTAX = 'Syntax errors in policy.';

/** What IAM finds wrong, in its words; undefined: nothing. */
export function faultOf(document: Elements, kind: DocumentKind): string | undefined {
  const { Version = '2008-10-17', Id, Statement } = document;
  if (!Object.keys(document).every((name) => DOCUMENT_ELEMENTS.has(name))) return SYNTAX;
  if (Version !== '2012-10-17' && Version !== '2008-10-17') return SYNTAX;
  if (Id !== undefined && typeof Id !== 'string') return SYNTAX;
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  if (statements.length === 0 || !statements.every(isElements)) return SYNTAX;
  for (const statement of statements as Elements[]) {
    const fault = faultOfStatement(statement, kind);
    if (fault !== undefined) return fault;
  }
  const sids = (statements as Elements[]).map(({ Sid }) => Sid).filter((sid) => sid !== undefined);
  if (new Set(sids).size < sids.length) return 'Statement IDs (SID) in a single policy must be unique.';
  return undefined;
}

function faultOfStatement(statement: Elements, kind: DocumentKind): string | undefined {
  const has = (name: string) => Object.hasOwn(statement, name);
  const { Sid, Effect } = statement;
  if (!Object.keys(statement).every((name) => STATEMENT_ELEMENTS.has(name))) return SYNTAX;
  if (Effect !== 'Allow' && Effect !== 'Deny') return SYNTAX;
  if (Sid !== undefined && !(typeof Sid === 'string' && /^[A-Za-z0-9]*$/.test(Sid))) {
    return typeof Sid === 'string' ? 'Statement IDs (SID) must be alpha-numeric.' : SYNTAX;
  }
  for (const pair of ['Action', 'Resource', 'Principal']) if (has(pair) && has(`Not${pair}`)) return SYNTAX;
  for (const name of ['Action', 'NotAction', 'Resource', 'NotResource']) {
    if (has(name) && textsOf(statement[name]) === undefined) return SYNTAX;
  }
  const actions = textsOf(statement.Action ?? statement.NotAction) ?? [];
  if (actions.length === 0) return 'Policy statement must contain actions.';
  return (
    first(actions, faultOfAction) ??
    (kind === 'trust' ? faultOfTrust(statement, actions) : faultOfIdentity(statement)) ??
    faultOfCondition(statement)
  );
}

function faultOfIdentity(statement: Elements): string | undefined {
  if (statement.Principal !== undefined || statement.NotPrincipal !== undefined) {
    return 'Policy document should not specify a principal.';
  }
  const resources = textsOf(statement.Resource ?? statement.NotResource) ?? [];
  if (resources.length === 0) return 'Policy statement must contain resources.';
  return first(resources, faultOfResource);
}

function faultOfTrust(statement: Elements, actions: string[]): string | undefined {
  if (statement.Resource !== undefined || statement.NotResource !== undefined) {
    return 'Has prohibited field Resource';
  }
  // "You cannot use the NotPrincipal element in ... a role's trust policy" (reference_policies_elements_notprincipal)
  if (statement.NotPrincipal !== undefined) return 'AssumeRole policy cannot contain NotPrincipal.';
  if (statement.Principal === undefined) return 'Missing required field Principal';
  if (statement.NotAction !== undefined || !actions.every((action) => TRUST_ACTIONS.test(action))) {
    return 'AssumeRole policy may only specify STS AssumeRole actions.';
  }
  return undefined;
}

function faultOfAction(action: string): string | undefined {
  if (action === '*') return undefined;
  const [vendor = '', name, ...more] = action.split(':');
  if (name === undefined) {
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
  }
  if (more.length > 0) return 'Actions/Condition can contain only one colon.';
  if (!SERVICE_PREFIXES.has(vendor.toLowerCase())) return `Vendor ${vendor} is not valid`;
  return /^[\w*?-]+$/.test(name) ? undefined : SYNTAX;
}

function faultOfResource(resource: string): string | undefined {
  if (resource === '*') return undefined;
  if (!resource.includes(':')) return `Resource ${resource} must be in ARN format or "*".`;
  const [arn, partition = '', service, region = '', account, path] = resource.split(':');
  if (arn !== 'arn' || service === undefined || account === undefined || path === undefined) {
    return /^arn:.*[*?]/.test(resource) ? undefined : 'The policy failed legacy parsing';
  }
  if (!/^aws[\w-]*$|[*?$]/.test(partition)) {
    return `Partition "${partition}" is not valid for resource "${resource}".`;
  }
  if (service === '') return 'Resource vendor must be fully qualified and cannot contain regexes.';
  if (service === 'iam' && region !== '' && !/^[*?$]/.test(region)) {
    return `IAM resource ${resource} cannot contain region information.`;
  }
  return undefined;
}

function faultOfCondition({ Condition }: Elements): string | undefined {
  if (Condition === undefined) return undefined;
  if (!isElements(Condition)) return SYNTAX;
  for (const [operator, keys] of Object.entries(Condition)) {
    if (!isOperator(operator) || !isElements(keys)) return SYNTAX;
    for (const [key, values] of Object.entries(keys)) {
      if (!key.includes(':')) {
        return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
      }
      const listed: unknown[] = Array.isArray(values) ? values : [values];
      if (!listed.every((value) => ['string', 'number', 'boolean'].includes(typeof value))) return SYNTAX;
    }
  }
  return undefined;
}

function first(texts: string[], check: (text: string) => string | undefined): string | undefined {
  for (const text of texts) {
    const fault = check(text);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** undefined: neither a string nor a list of strings. */
function textsOf(element: unknown): string[] | undefined {
  const listed: unknown[] = Array.isArray(element) ? element : [element];
  return listed.every((one) => typeof one === 'string') ? (listed as string[]) : undefined;
}

function isElements(value: unknown): value is Elements {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
