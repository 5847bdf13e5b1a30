import { randomUUID } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { hasCode } from '../platform/error-code.ts';
import { splitArtifactKey } from './artifact-key.ts';
import type { Artifacts } from './contract.ts';
import { linesOf } from './lines.ts';

/** Files that are being written; keys never begin with a dot, so no reader sees them. */
const INCOMING = '.incoming';

/** Artifacts as files of a folder. A file is written aside and renamed, so that it is whole or not there. */
export function createFolderArtifacts(folder: string): Artifacts {
  const pathOf = (key: string) => join(folder, ...splitArtifactKey(key));

  async function put(key: string, body: string | AsyncIterable<string>): Promise<void> {
    const path = pathOf(key);
    const incoming = join(folder, INCOMING, randomUUID());
    await mkdir(dirname(path), { recursive: true });
    await mkdir(dirname(incoming), { recursive: true });
    try {
      await writeFile(incoming, body, { flush: true });
      await rename(incoming, path);
    } catch (error) {
      await rm(incoming, { force: true });
      throw error;
    }
  }

  return {
    bucket: 'local',

    putText: put,
    putStream: put,

    async getText(key) {
      try {
        return await readFile(pathOf(key), 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'EISDIR')) return null;
        throw error;
      }
    },

    readLines: (key) => linesOf(createReadStream(pathOf(key))),

    async list(prefix) {
      // Only the folder part of the prefix is walked, not every run there ever was.
      const below = prefix.slice(0, prefix.lastIndexOf('/') + 1).replace(/\/$/, '');
      const root = below === '' ? folder : pathOf(below);
      let entries: Dirent[];
      try {
        entries = await readdir(root, { recursive: true, withFileTypes: true });
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'EISDIR')) return [];
        throw error;
      }
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
        .filter((key) => key.startsWith(prefix) && !key.startsWith(`${INCOMING}/`))
        .sort();
    },

    async listFolders(below) {
      try {
        const entries = await readdir(pathOf(below.slice(0, -1)), { withFileTypes: true });
        return entries
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => name)
          .sort();
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
  };
}
