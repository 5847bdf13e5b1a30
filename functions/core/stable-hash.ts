/**
 * A stable 64-bit hash (FNV-1a) as 16 hex digits: for ids and for choosing the same accounts every time.
 * Not a secret and not a checksum. Pure, so that core needs no crypto module.
 */
const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;

export function stableHash(...parts: string[]): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(parts.join('\u0000'))) {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  }
  return hash.toString(16).padStart(16, '0');
}
