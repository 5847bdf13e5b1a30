import { createHash } from 'node:crypto';

/** `vpc-0123456789abcdef0`: the same for the same words. */
export function makeId(prefix: string, ...words: string[]): string {
  return `${prefix}-${hash(words).slice(0, 17)}`;
}

/** `AROA...`, `AIPA...`, `ANPA...`: unique ids of IAM. */
export function makeUniqueId(prefix: string, ...words: string[]): string {
  return `${prefix}${hash(words).slice(0, 17).toUpperCase()}`;
}

/** Twelve digits, the first of which is not 0. */
export function makeAccountId(...words: string[]): string {
  const digits = BigInt(`0x${hash(words)}`) % 900_000_000_000n;
  return String(digits + 100_000_000_000n);
}

/** `ou-ROOT-8 letters`, as Organizations gives them. */
export function makeUnitId(rootId: string, ...words: string[]): string {
  return `ou-${rootId.replace(/^r-/, '')}-${hash(words).slice(0, 8)}`;
}

function hash(words: string[]): string {
  return createHash('sha256').update(words.join('/')).digest('hex');
}
