/** Where `dhmc template --out` writes: a new or empty folder, or one that it wrote before. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PlainFile, sha256 } from '../infra/plain/files.ts';
import { UsageError } from './exit.ts';

const SUMS = 'SHA256SUMS';
const OURS =
  /^(SHA256SUMS|(service|events|control-tower-events)\.template\.json|(functions|custom-resources)-[0-9a-f]{16}\.zip|((member|management)-role|member-events)\.yaml|delegation-policy\.json)$/;

/** Answers the lines of SHA256SUMS about these files; the file has all that are there, as sha256sum checks them. */
export async function writeTemplateFolder(folder: string, files: readonly PlainFile[]): Promise<string[]> {
  const present = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new UsageError(`--out ${folder}: ${code === 'ENOTDIR' ? 'is a file' : `cannot be read (${code})`}`);
  });
  const foreign = present.filter((name) => !OURS.test(name));
  if (foreign.length > 0) {
    throw new UsageError(
      `--out ${folder}: holds ${foreign.slice(0, 3).join(', ')}, which is not of dhmc template; name a new folder`,
    );
  }
  await mkdir(folder, { recursive: true });
  for (const { name, content } of files) await writeFile(join(folder, name), content);
  const names = [...new Set([...present, ...files.map(({ name }) => name)])].filter((name) => name !== SUMS);
  const lineOf = async (name: string) => `${sha256(await readFile(join(folder, name)))}  ${name}`;
  const lines = await Promise.all(names.sort().map(lineOf));
  await writeFile(join(folder, SUMS), `${lines.join('\n')}\n`);
  return lines.filter((line) => files.some(({ name }) => line.endsWith(`  ${name}`)));
}
