import { createHash } from 'node:crypto';
import type { Configuration } from '../core/model/configuration.ts';

/** SHA-256 (hex) of the configuration, whatever the order of its keys. */
export function configurationVersion(configuration: Configuration): string {
  return createHash('sha256').update(canonicalJson(configuration)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
