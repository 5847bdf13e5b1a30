/**
 * Patterns of the policy language: wildcards, variables, ARNs. A pattern is first expanded (variables
 * replaced), then matched. What a variable brings in is literal: a `*` in a tag's value is no wildcard.
 * (The user guide doesn't say so; unverified.)
 */

/** Wildcards of an expanded pattern: characters that no ARN, action or tag value holds. */
const MANY = '\uE000';
const ONE = '\uE001';

/** Resolves a policy variable: the value of a single-valued key, undefined where the request has none. */
export type Variables = (key: string) => string | undefined;

const VARIABLE = /\$\{([^}]*)\}/y;
const DEFAULTED = /^([^,]+?)\s*(?:,\s*'([^']*)')?$/;

/**
 * Replaces `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`, `${$}`; null where a variable
 * without default has no value. `variables` is null in policies of version 2008-10-17, where `${` is plain
 * text. `fromColon`: replace only after that many colons (a Resource's first five fields take no variables).
 *
 * Source: IAM user guide, reference_policies_variables.
 */
export function expandPattern(pattern: string, variables: Variables | null, fromColon = 0): string | null {
  if (!/[*?$]/.test(pattern)) return pattern;
  let expanded = '';
  let colons = 0;
  for (let index = 0; index < pattern.length; ) {
    VARIABLE.lastIndex = index;
    const found = variables && colons >= fromColon ? VARIABLE.exec(pattern) : null;
    if (found && variables) {
      const value = resolveVariable(found[1] ?? '', variables);
      if (value === undefined) return null;
      expanded += value;
      index += found[0].length;
      continue;
    }
    const character = pattern.charAt(index++);
    if (character === ':') colons += 1;
    expanded += character === '*' ? MANY : character === '?' ? ONE : character;
  }
  return expanded;
}

function resolveVariable(inside: string, variables: Variables): string | undefined {
  if (inside === '*' || inside === '?' || inside === '$') return inside;
  const [, key, byDefault] = DEFAULTED.exec(inside.trim()) ?? [];
  return key === undefined ? undefined : (variables(key) ?? byDefault);
}

/** The text of an expanded pattern where `*` and `?` are no wildcards (StringEquals). */
export function literalOf(expanded: string): string {
  return expanded.replaceAll(MANY, '*').replaceAll(ONE, '?');
}

/** `*` is any run of characters, `?` any one. */
export function matchesText(expanded: string, value: string, ignoreCase = false): boolean {
  if (expanded === MANY) return true;
  return compile(expanded, ignoreCase ? 'text-ignoring-case' : 'text').test(value);
}

/**
 * As the Resource element: within the first five fields of an ARN wildcards stay between their colons, but a
 * `*` that ends a field "can expand to match beyond the colon boundaries"; the last field may hold colons
 * itself. A pattern with fewer than six fields is completed with `*`. Case-sensitive.
 *
 * Source: IAM user guide, reference_policies_elements_resource.
 */
export function matchesResource(expanded: string, resource: string): boolean {
  if (expanded === MANY) return true;
  return compile(expanded, 'resource').test(resource);
}

/**
 * As ArnEquals and ArnLike, which "behave identically": each of the six colon-delimited components is checked
 * separately and may hold wildcards. A lone `*` matches every ARN (unverified). False for what is no ARN.
 *
 * Source: IAM user guide, reference_policies_elements_condition_operators, ARN.
 */
export function matchesArn(expanded: string, arn: string): boolean {
  const fields = fieldsOf(arn);
  if (fields.length < 6) return false;
  if (expanded === MANY) return true;
  const wanted = fieldsOf(expanded);
  return wanted.length === 6 && wanted.every((field, index) => matchesText(field, fields[index] ?? ''));
}

/** Six fields; the sixth keeps its colons. */
function fieldsOf(arn: string): string[] {
  const fields = arn.split(':');
  return fields.length <= 6 ? fields : [...fields.slice(0, 5), fields.slice(5).join(':')];
}

type Kind = 'text' | 'text-ignoring-case' | 'resource';
const compiled: Record<Kind, Map<string, RegExp>> = {
  text: new Map(),
  'text-ignoring-case': new Map(),
  resource: new Map(),
};

/** Patterns of an organization's policies are few; those with variables could grow without end. */
const MAX_COMPILED = 20_000;

function compile(expanded: string, kind: Kind): RegExp {
  const known = compiled[kind].get(expanded);
  if (known) return known;
  if (compiled[kind].size >= MAX_COMPILED) compiled[kind].clear();
  const source = kind === 'resource' ? resourceSource(expanded) : fieldSource(expanded, '.');
  const expression = new RegExp(`^${source}$`, kind === 'text-ignoring-case' ? 'isu' : 'su');
  compiled[kind].set(expanded, expression);
  return expression;
}

/** With fewer than six fields both readings count: completed with `*`, or a `*` running beyond its colon. */
function resourceSource(expanded: string): string {
  const fields = fieldsOf(expanded);
  if (fields.length === 6) return fieldsSource(fields);
  const completed = [...fields, ...Array<string>(6 - fields.length).fill(MANY)];
  return `(?:${fieldsSource(fields)}|${fieldsSource(completed)})`;
}

function fieldsSource(fields: string[]): string {
  return fields
    .map((field, index) => {
      if (index === 5) return fieldSource(field, '.');
      if (!field.endsWith(MANY)) return fieldSource(field, '[^:]');
      return `${fieldSource(field.slice(0, -1), '[^:]')}.*`;
    })
    .join(':');
}

/** `character`: what a wildcard stands for. */
function fieldSource(text: string, character: string): string {
  return text
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replace(new RegExp(`${MANY}+`, 'g'), `${character}*`)
    .replaceAll(ONE, character);
}
