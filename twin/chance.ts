/**
 * A number from 0 up to, not including, 1 that depends on the key alone (FNV-1a, then the finalizer of
 * MurmurHash3; both public domain). What is drawn for one call does not depend on which others came
 * before it, so that concurrent callers can't change each other's luck.
 */
export function drawUniform(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
