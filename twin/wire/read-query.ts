import type { Piece } from '../contract.ts';
import { define, malformed, readText } from './read-value.ts';
import type { Member, Shape, StructureShape } from './shapes.ts';

/**
 * Input of AWS's Query and EC2 Query protocols: the parameters as a tree at the dots of their names, read
 * along the shape. Query writes lists as `Name.member.1` (an empty one as `Name=`), EC2 as `Name.1`.
 */
type Node = string | Map<string, Node>;

const PROTOCOL_PARAMETERS = new Set(['Action', 'Version']);
const MOST_LEVELS = 32;

export function readQuery(ec2: boolean, shape: Shape | undefined, parameters: URLSearchParams): Piece {
  const tree = new Map<string, Node>();
  for (const [name, value] of parameters) {
    if (!PROTOCOL_PARAMETERS.has(name)) plant(tree, name, value);
  }
  if (shape?.kind !== 'structure') return Object.fromEntries(tree);
  return readStructure(ec2, shape, tree, '');
}

function plant(tree: Map<string, Node>, name: string, value: string): void {
  const steps = name.split('.');
  if (steps.length > MOST_LEVELS) malformed(name, `at most ${MOST_LEVELS} levels`, name);
  const last = steps.pop() ?? '';
  let node = tree;
  for (const step of steps) {
    let next = node.get(step);
    // `Name=` beside `Name.member.1`: the entries count
    if (next === undefined || next === '') {
      next = new Map();
      node.set(step, next);
    }
    node = typeof next === 'string' ? malformed(name, 'either a value or members', value) : next;
  }
  const present = node.get(last);
  if (present instanceof Map) {
    if (value !== '') malformed(name, 'either a value or members', value);
  } else node.set(last, value);
}

function readStructure(ec2: boolean, shape: StructureShape, node: Map<string, Node>, path: string): Piece {
  const read: Piece = {};
  const left = new Set(node.keys());
  for (const member of shape.members) {
    const name = queryName(ec2, member, left);
    const value = node.get(name);
    if (value === undefined) continue;
    left.delete(name);
    read[member.name] = readNode(ec2, member.shape, value, path === '' ? name : `${path}.${name}`, member);
  }
  for (const name of left) define(read, name, node.get(name));
  return read;
}

function queryName(ec2: boolean, member: Member, names: Set<string>): string {
  if (!ec2) return member.queryName;
  return names.has(member.ec2Name) || !names.has(member.name) ? member.ec2Name : member.name;
}

function readNode(ec2: boolean, shape: Shape, node: Node, path: string, member?: Member): unknown {
  switch (shape.kind) {
    case 'structure':
      if (node === '') return {};
      return node instanceof Map ? readStructure(ec2, shape, node, path) : malformed(path, 'members', node);
    case 'list': {
      if (node === '') return [];
      const flat = ec2 || member?.flattened;
      return entriesOf(flat ? node : descend(node, shape.itemName ?? 'member', path), path).map(
        ([index, entry]) => readNode(ec2, shape.item, entry, `${path}.${index}`),
      );
    }
    case 'map':
      if (node === '') return {};
      return readMap(ec2, shape, member?.flattened ? node : descend(node, 'entry', path), path);
    default:
      return typeof node === 'string' ? readText(shape, node, path) : malformed(path, 'a value', 'members');
  }
}

function readMap(ec2: boolean, shape: Extract<Shape, { kind: 'map' }>, node: Node, path: string): Piece {
  const read: Piece = {};
  for (const [index, entry] of entriesOf(node, path)) {
    if (!(entry instanceof Map)) return malformed(`${path}.${index}`, 'key and value', entry);
    const key = entry.get(shape.keyName ?? 'key');
    const value = entry.get(shape.valueName ?? 'value');
    if (typeof key !== 'string') return malformed(`${path}.${index}`, 'a key', '');
    define(read, key, value === undefined ? '' : readNode(ec2, shape.value, value, `${path}.${key}`));
  }
  return read;
}

function descend(node: Node, step: string, path: string): Node {
  const inner = node instanceof Map ? node.get(step) : undefined;
  return inner ?? malformed(path, `${path}.${step}.N`, node instanceof Map ? [...node.keys()] : node);
}

/** By number, gaps closed, as AWS does. */
function entriesOf(node: Node, path: string): [string, Node][] {
  if (!(node instanceof Map)) return malformed(path, `${path}.N`, node);
  const entries = [...node];
  for (const [index] of entries)
    if (!/^\d{1,6}$/.test(index)) malformed(path, `${path}.N`, `${path}.${index}`);
  return entries.sort(([a], [b]) => Number(a) - Number(b));
}
