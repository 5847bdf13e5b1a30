/**
 * A request's XML body by its shape: elements and their text, as SDKs write them. Attributes (a namespace) mean nothing here; what
 * is no element, such as a comment, is skipped.
 */
import { AwsError, type Piece } from '../contract.ts';
import { define, malformed, readText } from './read-value.ts';
import type { Shape, StructureShape } from './shapes.ts';

interface XmlElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const DEEPEST = 40;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Members that the shape lacks are kept, so that they can be refused. */
export function readXmlBody(shape: StructureShape, body: string): Piece {
  return readStructure(shape, parse(body), '');
}

function readStructure(shape: StructureShape, { children }: XmlElement, path: string): Piece {
  const read: Piece = {};
  for (const child of children) {
    const member = shape.members.find(({ xmlName }) => xmlName === child.name);
    const at = path === '' ? child.name : `${path}.${child.name}`;
    if (!member) define(read, child.name, child.text);
    else read[member.name] = readElement(member.shape, child, at);
  }
  return read;
}

function readElement(shape: Shape, element: XmlElement, path: string): unknown {
  if (shape.kind === 'structure') return readStructure(shape, element, path);
  if (shape.kind === 'list') {
    return element.children.map((child, index) => readElement(shape.item, child, `${path}[${index}]`));
  }
  return readText(shape, element.text, path);
}

/** The root element. Throws where the text is no well-formed XML. */
function parse(text: string): XmlElement {
  const root: XmlElement = { name: '', children: [], text: '' };
  const open: XmlElement[] = [root];
  for (const [token, closing, name = '', empty] of text.matchAll(
    /<[?!][^>]*>|<(\/?)([A-Za-z_][\w.:-]*)[^<>]*?(\/?)>|[^<]+|</g,
  )) {
    const top = open.at(-1) ?? root;
    if (token === '<') throw notXml();
    if (!token.startsWith('<')) top.text += withoutEntities(token);
    else if (name !== '' && closing) {
      if (open.length < 2 || top.name !== name) throw notXml();
      open.pop();
    } else if (name !== '') {
      const element: XmlElement = { name, children: [], text: '' };
      top.children.push(element);
      if (!empty) open.push(element);
      if (open.length > DEEPEST) throw notXml();
    }
  }
  const [first, ...others] = root.children;
  if (!first || others.length > 0 || open.length > 1) throw notXml();
  return first;
}

function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (_, decimal, hex, named) => {
    if (named !== undefined) return ENTITIES[named] ?? malformed('body', 'a known entity', named);
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : malformed('body', 'a character', code);
  });
}

function notXml(): AwsError {
  return new AwsError('SerializationException', 'The request body is not well-formed XML.', 400);
}
