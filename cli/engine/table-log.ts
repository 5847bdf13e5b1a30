/**
 * Whether LevelDB's write-ahead log was damaged. On opening, LevelDB skips what it cannot read and says so only in
 * its own LOG file, so this reads the log before LevelDB does and changes nothing.
 *
 * Format: blocks of 32 KiB; a record is a masked CRC-32C (4 bytes), a length (2), a type (1) and the payload; the
 * checksum covers type and payload (LevelDB, doc/log_format.md and util/crc32c.h).
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasMaskedCrc } from './crc32c.ts';

const BLOCK = 32_768;
const HEADER = 7;
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
      if (next > end || !hasMaskedCrc(log.subarray(at + 6, next), log.readUInt32LE(at))) {
        damaged ??= at;
        break;
      }
      if (damaged !== null) return damaged;
      at = next;
    }
  }
  return null;
}
