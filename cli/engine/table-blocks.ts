/**
 * Whether a sorted table of LevelDB was damaged. Its binding offers no option that has LevelDB check the blocks it
 * reads, and a changed bit would end up in a journal entry, or end the process in the engine.
 *
 * Format (LevelDB, doc/table_format.md): blocks, each followed by a type (1 byte) and a masked CRC-32C (4) over both; the
 * last 48 bytes hold where metaindex and index are and a magic number; the two hold where all other blocks are.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasMaskedCrc } from './crc32c.ts';
import { decodeSnappy } from './snappy.ts';

const FOOTER = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
const TRAILER = 5;
const RAW = 0;
const SNAPPY = 1;

/**
 * One phrase on the first damaged table of a database, or null. A file without the end of a table is left to LevelDB: one
 * that a process was writing when it died is none of the database's, and LevelDB refuses any other.
 */
export async function findBlockDamage(folder: string): Promise<string | null> {
  const names = (await readdir(folder)).filter((name) => /\.(ldb|sst)$/.test(name)).sort();
  for (const name of names) {
    const offset = findDamagedBlock(await readFile(join(folder, name)));
    if (offset !== null) return `${name} holds a damaged block at byte ${offset}`;
  }
  return null;
}

interface Place {
  offset: number;
  size: number;
}

class DamagedBlock extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`block at ${offset}`);
    this.offset = offset;
  }
}

function findDamagedBlock(table: Buffer): number | null {
  if (table.length < FOOTER || !table.subarray(-MAGIC.length).equals(MAGIC)) return null;
  try {
    const footer = new Reader(table, table.length - FOOTER);
    for (const list of [footer.place(), footer.place()]) {
      const block = readBlock(table, list);
      if (block === null) continue;
      for (const place of placesIn(block, list.offset)) checkBlock(table, place);
    }
    return null;
  } catch (error) {
    if (error instanceof DamagedBlock) return error.offset;
    if (error instanceof RangeError) return table.length - FOOTER;
    throw error;
  }
}

function checkBlock(table: Buffer, { offset, size }: Place): Buffer {
  const end = offset + size;
  if (end + TRAILER > table.length) throw new DamagedBlock(offset);
  if (!hasMaskedCrc(table.subarray(offset, end + 1), table.readUInt32LE(end + 1)))
    throw new DamagedBlock(offset);
  return table.subarray(offset, end);
}

/** null where it is compressed in a way that this does not know; its checksum is right. */
function readBlock(table: Buffer, place: Place): Buffer | null {
  const content = checkBlock(table, place);
  switch (table[place.offset + place.size]) {
    case RAW:
      return content;
    case SNAPPY:
      return decodeSnappy(content);
    default:
      return null;
  }
}

/** Values of an index block: where other blocks are. Its end counts the places at which keys are whole. */
function placesIn(block: Buffer, offset: number): Place[] {
  const end = block.length - 4 * (1 + block.readUInt32LE(block.length - 4));
  if (end < 0) throw new DamagedBlock(offset);
  const reader = new Reader(block, 0);
  const places: Place[] = [];
  while (reader.at < end) {
    reader.varint();
    const keyLength = reader.varint();
    const valueLength = reader.varint();
    const value = reader.at + keyLength;
    places.push(new Reader(block, value).place());
    reader.at = value + valueLength;
  }
  return places;
}

class Reader {
  at: number;
  private readonly bytes: Buffer;
  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Seven bits a byte, the lowest first. */
  varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes.readUInt8(this.at);
      this.at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  place(): Place {
    return { offset: this.varint(), size: this.varint() };
  }
}
