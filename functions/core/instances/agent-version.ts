/** Versions of SSM Agent, e.g. `3.2.582.0`. */
export const FIRST_AGENT_WITH_DHMC = '3.2.582.0';

/** Whether the version is known to be older than another; one that is not a version proves nothing. */
export function isOlderAgent(version: string | null, than: string): boolean {
  if (version === null || !/^\d+(\.\d+)*$/.test(version)) return false;
  const parts = version.split('.').map(Number);
  for (const [index, limit] of than.split('.').map(Number).entries()) {
    const part = parts[index] ?? 0;
    if (part !== limit) return part < limit;
  }
  return false;
}
