import { createHash } from 'node:crypto';

/** `vpc-0123456789abcdef0`: the same for the same words. */
export function makeId(prefix: string, ...words: string[]): string {
  return `${prefix}-${hash(words).slice(0, 17)}`;
}

/** `AROA...`, `AIPA...`, `ANPA...`: unique ids of IAM. */
export function makeUniqueId(prefix: string, ...words: string[]): string {
  return `${prefix}${hash(words).slice(0, 17).toUpperCase()}`;
}

function hash(words: string[]): string {
  return createHash('sha256').update(words.join('/')).digest('hex');
}
