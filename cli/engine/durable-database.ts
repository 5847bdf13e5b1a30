/**
 * LevelDB for a table whose content exists nowhere else. By itself LevelDB acknowledges a write once the operating
 * system has it, which survives kill -9 and not a power cut. Here everything but the progress of accounts, which a
 * run works out anew, is acknowledged once the disk has it.
 *
 * Writes that wait at the same time share one synchronous batch. Each batch carries a number, which is then written
 * to a file beside the database: a database that lacks the newest number has lost writes that were acknowledged.
 */
import type { FileHandle } from 'node:fs/promises';
import { open, readFile } from 'node:fs/promises';
import { hasCode } from '../../functions/platform/error-code.ts';

/** The part of abstract-level's interface that this uses. */
export interface Database {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown, options?: object): Promise<void>;
  del(key: string, options?: object): Promise<void>;
  batch(operations: readonly Operation[], options?: object): Promise<void>;
  keys(options?: object): DatabaseIterator;
  values(options?: object): DatabaseIterator;
}

interface DatabaseIterator extends AsyncIterable<unknown> {
  close(): Promise<void>;
}

interface Operation {
  type: 'put' | 'del';
  key: string;
  value?: unknown;
}

export type DatabaseClass = new (path: string, options?: object) => Database;

interface WaitingWrite {
  key: string;
  value: unknown;
  resolve(): void;
  reject(error: unknown): void;
}

const MIB = 2 ** 20;

/**
 * LevelDB maps a thousand files of 2 MB into memory if it may; with the least that it takes, 64 of 1 MB. The items of an
 * account are written in one go and hardly read again, so a small cache does.
 */
const SMALL = { maxOpenFiles: 74, maxFileSize: MIB, cacheSize: 2 * MIB, writeBufferSize: 2 * MIB };

/** Key of the newest batch's number. No key of the engine has this form. */
const SEQUENCE_KEY = '!sequence';

/** Keys of the descriptions of tables, which dynalite reads before every call (its db/index.js, `getSubDb('table')`). */
const DESCRIPTION = 'table~';

/** Sort keys of what a run works out anew: an account's state and its targets (functions/store/keys.ts). */
const PROGRESS = /^(STATE$|TARGET#)/;

/**
 * A subclass of LevelDB's class whose durable writes go through to the disk and are numbered in the file that
 * `sequenceFileOf` gives for a database's folder. null: a throw-away database, which is LevelDB's own.
 */
export function durableDatabase(
  Base: DatabaseClass,
  sequenceFileOf: (folder: string) => string | null,
): DatabaseClass {
  return class extends Base {
    readonly #sequenceFile: string | null;
    #waiting: WaitingWrite[] = [];
    #writing: Promise<void> | null = null;
    #sequence: number | null = null;
    #file: FileHandle | null = null;
    /** As JSON: who gets one may change it. */
    readonly #descriptions = new Map<string, string>();

    constructor(folder: string, options?: object) {
      super(folder, { ...options, ...SMALL });
      this.#sequenceFile = sequenceFileOf(folder);
    }

    override async get(key: string): Promise<unknown> {
      const known = this.#descriptions.get(key);
      if (known !== undefined) return JSON.parse(known);
      const value = await super.get(key);
      if (key.startsWith(DESCRIPTION) && value !== undefined)
        this.#descriptions.set(key, JSON.stringify(value));
      return value;
    }

    override async del(key: string, options?: object): Promise<void> {
      await super.del(key, options);
      this.#descriptions.delete(key);
    }

    override keys(options?: object): DatabaseIterator {
      return closable(super.keys(options));
    }

    override values(options?: object): DatabaseIterator {
      return closable(super.values(options));
    }

    override put(key: string, value: unknown, options?: object): Promise<void> {
      if (key.startsWith(DESCRIPTION)) return this.#putDescription(key, value, options);
      return this.#put(key, value, options);
    }

    async #putDescription(key: string, value: unknown, options?: object): Promise<void> {
      await this.#put(key, value, options);
      this.#descriptions.set(key, JSON.stringify(value));
    }

    #put(key: string, value: unknown, options?: object): Promise<void> {
      if (this.#sequenceFile === null || isProgress(value)) return super.put(key, value, options);
      return new Promise((resolve, reject) => {
        this.#waiting.push({ key, value, resolve, reject });
        this.#writing ??= this.#writeWaiting();
      });
    }

    override async close(): Promise<void> {
      await this.#writing;
      await super.close();
      await this.#file?.close();
      this.#file = null;
    }

    async #writeWaiting(): Promise<void> {
      while (this.#waiting.length > 0) {
        const group = this.#waiting.splice(0);
        try {
          await this.#writeThrough(group, this.#sequenceFile ?? '');
          for (const { resolve } of group) resolve();
        } catch (error) {
          for (const { reject } of group) reject(error);
        }
      }
      this.#writing = null;
    }

    async #writeThrough(group: readonly WaitingWrite[], sequenceFile: string): Promise<void> {
      this.#file ??= await openForUpdate(sequenceFile);
      const sequence = (this.#sequence ?? Number((await super.get(SEQUENCE_KEY)) ?? 0)) + 1;
      const writes = group.map(({ key, value }) => ({ type: 'put' as const, key, value }));
      await super.batch([...writes, { type: 'put', key: SEQUENCE_KEY, value: sequence }], { sync: true });
      this.#sequence = sequence;
      await this.#file.write(`${String(sequence).padStart(15, '0')}\n`, 0);
      await this.#file.datasync();
    }
  };
}

/**
 * dynalite ends an iterator by `return()`, which those of abstract-level do not have (its db/index.js, `createValueStream`):
 * each Query left one open, and LevelDB keeps what an open one may still read, replaced files and buffers included.
 */
function closable(iterator: DatabaseIterator): DatabaseIterator {
  return Object.assign(iterator, { return: () => iterator.close() });
}

/** Number of the newest durable write that a database holds; 0 where it holds none. */
export async function readSequence(database: Database): Promise<number> {
  return Number((await database.get(SEQUENCE_KEY)) ?? 0);
}

/** Number of the newest durable write that was acknowledged; null where none was. NaN where the file is damaged. */
export async function readAcknowledged(sequenceFile: string): Promise<number | null> {
  try {
    const text = await readFile(sequenceFile, 'utf8');
    // An empty one: the process ended before its first write was acknowledged.
    if (text === '') return null;
    return /^\d{15}\n$/.test(text) ? Number(text) : Number.NaN;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function openForUpdate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    return open(path, 'wx+');
  }
}

function isProgress(value: unknown): boolean {
  const sortKey = (value as { sk?: { S?: unknown } } | null)?.sk?.S;
  return typeof sortKey === 'string' && PROGRESS.test(sortKey);
}
