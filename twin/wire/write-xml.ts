import type { Piece } from '../contract.ts';
import type { Member, Shape, StructureShape } from './shapes.ts';
import { writeTimestamp } from './write-timestamp.ts';

/** The members of a structure as XML, without an enclosing element. EC2 calls entries of a list `item`. */
export function writeXmlMembers(shape: StructureShape, value: Piece, ec2: boolean): string {
  let text = '';
  for (const member of shape.members) {
    if (member.attribute) continue;
    const inner = value[member.name];
    if (inner !== undefined && inner !== null) text += writeMember(member, inner, ec2);
  }
  return text;
}

function writeMember(member: Member, value: unknown, ec2: boolean): string {
  const { shape, xmlName, flattened } = member;
  if (shape.kind === 'list') {
    const item = flattened ? xmlName : (shape.itemName ?? (ec2 ? 'item' : 'member'));
    const items = (value as unknown[]).map((entry) => writeElement(item, shape.item, entry, ec2)).join('');
    return flattened ? items : `<${xmlName}>${items}</${xmlName}>`;
  }
  if (shape.kind === 'map') {
    const entries = writeEntries(flattened ? xmlName : 'entry', shape, value as Piece, ec2);
    return flattened ? entries : `<${xmlName}>${entries}</${xmlName}>`;
  }
  return writeElement(xmlName, shape, value, ec2);
}

function writeElement(name: string, shape: Shape, value: unknown, ec2: boolean): string {
  if (shape.kind !== 'structure') return `<${name}>${writeContent(shape, value, ec2)}</${name}>`;
  const attributes = writeAttributes(shape, value as Piece);
  return `<${name}${attributes}>${writeXmlMembers(shape, value as Piece, ec2)}</${name}>`;
}

function writeAttributes(shape: StructureShape, value: Piece): string {
  let text = '';
  for (const member of shape.members) {
    if (member.attribute && value[member.name] !== undefined) {
      text += ` ${member.xmlName}="${escapeXml(String(value[member.name]))}"`;
    }
  }
  return text;
}

function writeContent(shape: Shape, value: unknown, ec2: boolean): string {
  switch (shape.kind) {
    case 'list': {
      const item = shape.itemName ?? (ec2 ? 'item' : 'member');
      return (value as unknown[]).map((entry) => writeElement(item, shape.item, entry, ec2)).join('');
    }
    case 'map':
      return writeEntries('entry', shape, value as Piece, ec2);
    case 'timestamp':
      return writeTimestamp(value, shape.format === 'default' ? 'date-time' : shape.format);
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escapeXml(String(value));
  }
}

function writeEntries(
  name: string,
  shape: Extract<Shape, { kind: 'map' }>,
  value: Piece,
  ec2: boolean,
): string {
  const keyName = shape.keyName ?? 'key';
  return Object.entries(value)
    .map(([key, inner]) => {
      const content = writeElement(shape.valueName ?? 'value', shape.value, inner, ec2);
      return `<${name}><${keyName}>${escapeXml(key)}</${keyName}>${content}</${name}>`;
    })
    .join('');
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

const UNWRITABLE = /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/gu;

/** Characters that XML 1.0 has no way to write (most control characters) become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(UNWRITABLE, '\ufffd')
    .replace(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);
}
