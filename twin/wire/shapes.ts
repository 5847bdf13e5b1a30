import { NormalizedSchema } from '@smithy/core/schema';

/** What the SDK's clients export as `Name$`, or refer to. */
export type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** Of a timestamp on the wire; `default` is the protocol's. */
export type TimestampFormat = 'default' | 'date-time' | 'http-date' | 'epoch-seconds';

/** A modelled type, resolved once from the SDK's schema; what can recur is resolved when first asked for. */
export type Shape =
  | { kind: 'structure'; name: string; readonly members: Member[]; readonly byName: Map<string, Member> }
  | { kind: 'list'; readonly item: Shape; itemName: string | undefined }
  | { kind: 'map'; readonly value: Shape; keyName: string | undefined; valueName: string | undefined }
  | { kind: 'timestamp'; format: TimestampFormat }
  | { kind: 'string' | 'boolean' | 'number' | 'blob' | 'document' | 'unit' };

export type StructureShape = Extract<Shape, { kind: 'structure' }>;

/** A member of a structure with its names in each protocol (Smithy's traits). */
export interface Member {
  name: string;
  shape: Shape;
  required: boolean;
  jsonName: string;
  xmlName: string;
  /** In a Query or EC2 Query request. */
  queryName: string;
  ec2Name: string;
  flattened: boolean;
  attribute: boolean;
  httpQuery: string | undefined;
  httpHeader: string | undefined;
  httpLabel: boolean;
}

const structures = new WeakMap<object, StructureShape>();

/** Schema codes of the SDK (`@smithy/core/schema`): 5 date-time, 6 http-date, 7 epoch-seconds, 4 as the protocol has it. */
const TIMESTAMP_FORMATS: Record<number, TimestampFormat> = {
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
};

export function compileShape(schema: SchemaRef): Shape {
  return compile(NormalizedSchema.of(schema));
}

function compile(schema: NormalizedSchema): Shape {
  if (schema.isUnitSchema()) return { kind: 'unit' };
  if (schema.isStructSchema()) return compileStructure(schema);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return lazy({ kind: 'list' as const, itemName: item.getMergedTraits().xmlName }, 'item', () =>
      compile(item),
    );
  }
  if (schema.isMapSchema()) {
    const value = schema.getValueSchema();
    const names = {
      kind: 'map' as const,
      keyName: schema.getKeySchema().getMergedTraits().xmlName,
      valueName: value.getMergedTraits().xmlName,
    };
    return lazy(names, 'value', () => compile(value));
  }
  if (schema.isTimestampSchema()) {
    return { kind: 'timestamp', format: TIMESTAMP_FORMATS[Number(schema.getSchema())] ?? 'default' };
  }
  return { kind: simpleKind(schema) };
}

function simpleKind(schema: NormalizedSchema): 'string' | 'boolean' | 'number' | 'blob' | 'document' {
  if (schema.isBooleanSchema()) return 'boolean';
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) return 'number';
  if (schema.isBlobSchema()) return 'blob';
  if (schema.isDocumentSchema()) return 'document';
  return 'string';
}

function compileStructure(schema: NormalizedSchema): StructureShape {
  const source = schema.getSchema();
  const known = typeof source === 'object' ? structures.get(source) : undefined;
  if (known) return known;
  // [3, namespace, name, traits, member names, member schemas, how many of them are required]
  const required = Array.isArray(source) && typeof source[6] === 'number' ? source[6] : 0;
  const named = { kind: 'structure' as const, name: schema.getName() ?? '' };
  const withMembers = lazy(named, 'members', () =>
    [...schema.structIterator()].map(([name, member], index) =>
      compileMember(name, member, index < required),
    ),
  );
  const shape: StructureShape = lazy(
    withMembers,
    'byName',
    () => new Map(withMembers.members.map((member) => [member.name, member])),
  );
  if (typeof source === 'object') structures.set(source, shape);
  return shape;
}

function compileMember(name: string, schema: NormalizedSchema, required: boolean): Member {
  const traits = schema.getMergedTraits();
  const xmlName = String(traits.xmlName ?? name);
  return {
    name,
    shape: compile(schema),
    required,
    jsonName: String(traits.jsonName ?? name),
    xmlName,
    queryName: xmlName,
    // EC2 Query: the trait, else xmlName (else the name) with its first letter raised
    ec2Name: String(traits.ec2QueryName ?? `${xmlName.charAt(0).toUpperCase()}${xmlName.slice(1)}`),
    flattened: Boolean(traits.xmlFlattened),
    attribute: Boolean(traits.xmlAttribute),
    httpQuery: traits.httpQuery,
    httpHeader: traits.httpHeader,
    httpLabel: Boolean(traits.httpLabel),
  };
}

/** Defines `key` as a value that is computed when it is first read. Works in place; returns `target`. */
function lazy<T extends object, K extends string, V>(
  target: T,
  key: K,
  compute: () => V,
): T & { readonly [P in K]: V } {
  Object.defineProperty(target, key, {
    configurable: true,
    enumerable: true,
    get() {
      const value = compute();
      Object.defineProperty(target, key, { value, enumerable: true });
      return value;
    },
  });
  return target as T & { readonly [P in K]: V };
}
