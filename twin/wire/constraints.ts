/**
 * Lengths, ranges, patterns and enumerations that the services' models demand of inputs, refused as AWS's common
 * validation does: before a call is authorized, every fault at once. The facts are those of botocore's models
 * (`npm run test:sweep` holds twin/data/constraints.json against them). EC2's model has few, and words faults otherwise:
 * its operations check for themselves.
 */
import { readFileSync } from 'node:fs';
import { AwsError, type Piece } from '../contract.ts';
import type { ServiceModel } from './models.ts';
import { validationCode } from './required.ts';

/** `at`: members by dots, `[]` for what a list holds. */
export interface Constraint {
  at: string;
  kind: string;
  min?: number;
  max?: number;
  pattern?: string;
  enum?: string[];
}

/** With the way to the values; `first` is a member of the input itself. */
interface Prepared extends Constraint {
  first: string;
  rest: string[];
}

const TABLE = new Map(
  Object.entries<Record<string, Constraint[]>>(
    JSON.parse(readFileSync(new URL('../data/constraints.json', import.meta.url), 'utf8')),
  ).flatMap(([service, operations]) =>
    Object.entries(operations).map(([operation, constraints]) => [
      `${service} ${operation}`,
      constraints.map(prepare),
    ]),
  ),
);

function prepare(constraint: Constraint): Prepared {
  const [first = '', ...rest] = constraint.at.replaceAll('[]', '.[]').split('.');
  return { ...constraint, first, rest };
}

/** Throws AwsError where the input breaks what the model demands. */
export function checkConstraints(model: ServiceModel, operation: string, input: Piece): void {
  const faults: string[] = [];
  for (const constraint of TABLE.get(`${model.service} ${operation}`) ?? []) {
    if (input[constraint.first] === undefined) continue;
    for (const { value, path } of valuesAt(input, constraint)) {
      const fault = faultOf(value, constraint);
      if (fault === undefined) continue;
      const own = fault === 'pattern' ? patternMessage(model, path, constraint) : undefined;
      if (own !== undefined) throw new AwsError(validationCode(model), own, 400);
      faults.push(
        `Value '${shown(value)}' at '${path}' failed to satisfy constraint: ${sentenceOf(fault, constraint)}`,
      );
    }
  }
  if (faults.length === 0) return;
  const count = `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected`;
  throw new AwsError(validationCode(model), `${count}: ${faults.join('; ')}`, 400);
}

type Fault = 'min' | 'max' | 'pattern' | 'enum';

function faultOf(value: unknown, { kind, min, max, pattern, enum: allowed }: Constraint): Fault | undefined {
  const size = kind === 'number' ? Number(value) : sizeOf(value);
  if (allowed && !allowed.includes(String(value))) return 'enum';
  if (min !== undefined && size < min) return 'min';
  if (max !== undefined && size > max) return 'max';
  if (pattern !== undefined && !compiled(pattern).test(String(value))) return 'pattern';
  return undefined;
}

function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  // characters, not UTF-16 units
  return typeof value === 'string' ? [...value].length : 0;
}

function sentenceOf(fault: Fault, { kind, min, max, pattern, enum: allowed }: Constraint): string {
  const measure = kind === 'number' ? 'value' : 'length';
  switch (fault) {
    case 'enum':
      return `Member must satisfy enum value set: [${allowed?.join(', ')}]`;
    case 'min':
      return `Member must have ${measure} greater than or equal to ${min}`;
    case 'max':
      return `Member must have ${measure} less than or equal to ${max}`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${pattern}`;
  }
}

/** IAM's own words for names and paths. */
const IAM_PATTERNS: Record<string, string> = {
  '[\\w+=,.@-]+': 'It must contain only alphanumeric characters and/or the following: +=,.@_-',
  '(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)':
    'It must begin and end with / and contain only alphanumeric characters and/or / characters.',
};

function patternMessage(
  { service }: ServiceModel,
  path: string,
  { pattern }: Constraint,
): string | undefined {
  const own = service === 'iam' ? IAM_PATTERNS[pattern ?? ''] : undefined;
  return own && `The specified value for ${path} is invalid. ${own}`;
}

const patterns = new Map<string, RegExp>();

/** The models' patterns are Java's, and match the whole text. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known) return known;
  const made = new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
  patterns.set(pattern, made);
  return made;
}

interface Found {
  value: unknown;
  /** As AWS writes it: `tags.1.member.key`. */
  path: string;
}

function valuesAt(input: Piece, { first, rest }: Prepared): Found[] {
  let found: Found[] = [{ value: input[first], path: lowered(first) }];
  for (const step of rest) {
    found = found.flatMap(({ value, path }) => {
      if (step === '[]') {
        const list: unknown[] = Array.isArray(value) ? value : [];
        return list.map((inner, index) => ({ value: inner, path: `${path}.${index + 1}.member` }));
      }
      const inner = typeof value === 'object' && value !== null ? (value as Piece)[step] : undefined;
      return inner === undefined ? [] : [{ value: inner, path: `${path}.${lowered(step)}` }];
    });
  }
  return found;
}

function lowered(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}

function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(String).join(', ')}]` : String(value);
}
