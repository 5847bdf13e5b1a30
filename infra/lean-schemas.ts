/**
 * What no handler asks for, of the SDK's schemas:
 *
 * - They name their traits by computed keys (`{ [_xN]: ... }`, `const _xN = "xmlName"`), which no bundler can prove
 *   free of side effects, so that the schemas of all of EC2 (555 KB) would stay in. With the keys written out, what no
 *   handler calls drops out.
 * - They register a class for every error of the service, 160 of Systems Manager alone. An error without one has the
 *   service's base class, its own name and its message (`ProtocolLib.getErrorSchemaOrThrowBaseException` of
 *   @aws-sdk/core), so only those stay that the handlers name.
 * - They have every member of every structure, DescribeInstances' alone some 400. A member that the sources do not name is
 *   neither sent nor read, and what an answer has without a member is left unparsed. Members that the SDK itself sets stay,
 *   and so do those of the clients that its credential providers bring along (STS, SSO), which nothing here calls.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

/** @param members `all` where the twin is in the bundle: it answers with members that nothing asks for. */
export function leanSchemas(root: string, { members: keep }: { members: 'all' | 'named' }): Plugin {
  return {
    name: 'lean-schemas',
    setup({ onLoad }) {
      const errors = wordsOf(root, '{functions,cli}/**/*.ts');
      // Paginators name tokens, middleware what it sets.
      const members = new Set([
        ...wordsOf(root, 'functions/**/*.ts'),
        ...wordsOf(root, 'node_modules/@aws-sdk/client-*/dist-es/pagination/*.js'),
        ...wordsOf(root, 'node_modules/@aws-sdk/client-*/dist-es/commandBuilder.js'),
        ...wordsOf(root, 'node_modules/@aws-sdk/{middleware-sdk-s3,checksums}/dist-es/**/*.js'),
      ]);
      const leanest = (schemas: string) => (keep === 'all' ? schemas : keepMembers(schemas, members));
      onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
        contents: NESTED.test(path)
          ? readFileSync(path, 'utf8')
          : leanest(writeKeysOut(keepErrors(readFileSync(path, 'utf8'), errors))),
        loader: 'js',
      }));
    },
  };
}

/** Loaded only when credentials are asked for that way, so their size counts for nothing. */
const NESTED = /[\\/]@aws-sdk[\\/]nested-clients[\\/]/;

function wordsOf(root: string, pattern: string): Set<string> {
  const sources = globSync(pattern, { cwd: root });
  return new Set(sources.flatMap((path) => readFileSync(join(root, path), 'utf8').match(/\w+/g) ?? []));
}

/** Leaves out the registrations of errors that are not named. The base class of the service is registered elsewhere. */
export function keepErrors(schemas: string, named: ReadonlySet<string>): string {
  return schemas.replace(/^n\d+_registry\.registerError\(\w+\$, (\w+)\);$/gm, (line, name: string) =>
    named.has(name) ? line : '',
  );
}

export function writeKeysOut(schemas: string): string {
  const names = constantsOf(schemas);
  return schemas.replace(/\[(_\w+)\]:/g, (written, name: string) => {
    const value = names.get(name);
    return value === undefined ? written : `${JSON.stringify(value)}:`;
  });
}

function constantsOf(schemas: string): Map<string, string> {
  const constants = schemas.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm);
  return new Map([...constants].map(([, name = '', value = '""']) => [name, JSON.parse(value)]));
}

/** `var X$ = [3, n0, name, traits, [members], [schemas], required]`; 3 is a structure (errors and unions have other numbers). */
const STRUCTURE = /^(export var (\w+\$) = )(\[3, [\s\S]*?\n\]);$/gm;

/** Leaves out members of structures of answers that are not named. */
export function keepMembers(schemas: string, named: ReadonlySet<string>): string {
  const names = constantsOf(schemas);
  const sent = sentBy(schemas);
  return schemas.replace(STRUCTURE, (written, assignment: string, variable: string, structure: string) => {
    if (sent.has(variable)) return written;
    const [kind, namespace, name, traits, members, types, required, ...rest] = elementsOf(structure);
    if (members === undefined || types === undefined || rest.length > 0) return written;
    const memberNames = elementsOf(members);
    const memberTypes = elementsOf(types);
    if (memberNames.length !== memberTypes.length) return written;
    const stays = memberNames.map((member) => {
      const known = names.get(member);
      return known === undefined || named.has(known);
    });
    const kept = (texts: string[]) => `[${texts.filter((_, index) => stays[index]).join(', ')}]`;
    const least = stays.slice(0, Number(required ?? 0)).filter((stay) => stay).length;
    const parts = [kind, namespace, name, traits, kept(memberNames), kept(memberTypes)];
    return `${assignment}[${[...parts, ...(required === undefined ? [] : [least])].join(', ')}];`;
  });
}

/** `var X$ = [9, n0, name, traits, () => request, () => answer]` is an operation; all that its request refers to is sent. */
function sentBy(schemas: string): Set<string> {
  const definitions = new Map<string, string[]>();
  const open: string[] = [];
  for (const [, variable = '', definition = ''] of schemas.matchAll(DEFINITION)) {
    const references = [...definition.matchAll(/\(\) => (\w+\$?)/g)].map(([, name = '']) => name);
    definitions.set(variable, references);
    const [request] = references;
    if (definition.startsWith('[9, ') && request !== undefined) open.push(request);
  }
  const sent = new Set<string>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (sent.has(next)) continue;
    sent.add(next);
    open.push(...(definitions.get(next) ?? []));
  }
  return sent;
}

const DEFINITION = /^(?:export )?var (\w+\$?) = ([\s\S]*?);$/gm;

/** The elements of an array of JavaScript, as they are written. */
function elementsOf(array: string): string[] {
  const elements: string[] = [];
  let depth = 0;
  let quote = '';
  let element = '';
  for (const character of array.slice(1, -1)) {
    if (quote === '' && character === ',' && depth === 0) {
      elements.push(element.trim());
      element = '';
      continue;
    }
    element += character;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if ('"`\''.includes(character)) quote = character;
    else if ('[{('.includes(character)) depth += 1;
    else if (']})'.includes(character)) depth -= 1;
  }
  return element.trim() === '' ? elements : [...elements, element.trim()];
}
