/** docs/configure.md, from the schema of the configuration: a field without a description is refused. */

interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
}

/** @throws {TypeError} naming a field that nothing describes. */
export function renderConfiguration(schema: Schema): string {
  const fields = Object.entries(schema.properties ?? {});
  const overridable = new Set(Object.keys(schema.properties?.overrides?.items?.properties ?? {}));
  const rows = fields
    .filter(([key]) => key !== 'overrides')
    .flatMap(([key, field]) => rowsOf(key, field, overridable));
  const overrides = schema.properties?.overrides;
  return `# Configuration

<!-- Made by \`npm run docs\` from functions/inputs/configuration-schema.ts. -->

One file, \`dhmc.config.yaml\` or \`.json\`; every field may be left out. An unknown field is refused, with the
nearest known name. [dhmc.config.example.yaml](dhmc.config.example.yaml) shows all of them in place,
[schemas/configuration.schema.json](schemas/configuration.schema.json) lets an editor complete them.

Fields marked *o* can be set otherwise for some accounts or organizational units, under \`overrides\`.

| Field | | Values | Default | What it does |
|---|---|---|---|---|
${rows.join('\n')}

## overrides

${overrides?.description ?? ''}

\`\`\`yaml
overrides:
  - organizationalUnits: [ou-ab12-cd34ef56]
    existingSetting: replace
  - accounts: ["111122223333"]
    endpoints: provision
    maxMonthlyUsdPerVpc: 60
\`\`\`
`;
}

function rowsOf(path: string, field: Schema, overridable: ReadonlySet<string>): string[] {
  const inner = field.items?.properties ?? field.properties;
  const holdsFields = inner && Object.keys(inner).length > 0;
  if (!field.description) throw new TypeError(`the configuration's ${path} has no description`);
  const nested = holdsFields ? Object.entries(inner) : [];
  const key = field.items ? `${path}[]` : path;
  return [
    [
      `\`${path}\``,
      overridable.has(path) ? '*o*' : '',
      holdsFields ? (field.items ? 'a list' : 'an object') : valuesOf(field),
      holdsFields && !field.items ? '' : defaultOf(field),
      field.description,
    ],
  ]
    .map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`)
    .concat(nested.flatMap(([name, one]) => rowsOf(`${key}.${name}`, one, overridable)));
}

function valuesOf(field: Schema): string {
  if (field.anyOf) return field.anyOf.map(valuesOf).join(' or ');
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.const !== undefined) return `\`${String(field.const)}\``;
  switch (field.type) {
    case 'boolean':
      return '`true`, `false`';
    case 'array':
      return 'a list';
    case 'object':
      return 'names and values';
    case 'null':
      return '`null`';
    case 'integer':
    case 'number':
      return rangeOf(field);
    default:
      return 'a text';
  }
}

function rangeOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  if (exclusiveMinimum !== undefined) return `above ${exclusiveMinimum}`;
  const least = minimum ?? 0;
  return maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER
    ? `from ${least}`
    : `${least} to ${maximum}`;
}

function defaultOf({ default: value }: Schema): string {
  return value === undefined ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
