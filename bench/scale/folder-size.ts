/** Bytes of a state folder by its first level: `artifacts`, `table`. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export async function folderBytes(folder: string): Promise<Record<string, number>> {
  const bytes: Record<string, number> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const [first = ''] = path.slice(folder.length + 1).split('/');
    bytes[first] = (bytes[first] ?? 0) + (await stat(path)).size;
  }
  return bytes;
}
