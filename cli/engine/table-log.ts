/**
 * Whether LevelDB's write-ahead log was damaged. On opening, LevelDB skips what it cannot read and says so only in
 * its own LOG file, so this reads the log before LevelDB does and changes nothing.
 *
 * Format: blocks of 32 KiB; a record is a masked CRC-32C (4 bytes), a length (2), a type (1) and the payload; the
 * checksum covers type and payload (LevelDB, doc/log_format.md and util/crc32c.h).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 32_768;
const HEADER = 7;
const CASTAGNOLI = 0x82f63b78;
const MASK_DELTA = 0xa282ead8;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1;
  return crc >>> 0;
});

/**
 * One phrase on the first damaged record of a database's logs, or null. A record that the end of the file cuts off
 * is no damage by itself: a process that died while it wrote leaves one behind.
 */
export async function findLogDamage(folder: string): Promise<string | null> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log')).sort();
  for (const name of names) {
    const offset = findDamagedRecord(await readFile(join(folder, name)));
    if (offset !== null) return `${name} holds a damaged record at byte ${offset}`;
  }
  return null;
}

/** Offset of a record that is damaged and has whole ones after it. */
function findDamagedRecord(log: Buffer): number | null {
  let damaged: number | null = null;
  for (let block = 0; block < log.length; block += BLOCK) {
    const end = Math.min(block + BLOCK, log.length);
    for (let at = block; at + HEADER <= end; ) {
      const length = log.readUInt16LE(at + 4);
      const next = at + HEADER + length;
      // Zeros are space that a file system set aside and the process never filled.
      if (length === 0 && log[at + 6] === 0) break;
      if (next > end || !isWhole(log, at, next)) {
        damaged ??= at;
        break;
      }
      if (damaged !== null) return damaged;
      at = next;
    }
  }
  return null;
}

function isWhole(log: Buffer, at: number, next: number): boolean {
  let crc = 0xffffffff;
  for (const byte of log.subarray(at + 6, next)) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  crc = (crc ^ 0xffffffff) >>> 0;
  const masked = (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
  return masked === log.readUInt32LE(at);
}
