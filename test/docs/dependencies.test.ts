/** docs/dependencies.md names every dependency as package.json has it; every license of the tree is permissive. */
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const {
  dependencies,
  devDependencies,
}: Record<string, Record<string, string>> = JSON.parse(read('package.json'));
const { packages }: { packages: Record<string, { license?: string; dev?: boolean }> } = JSON.parse(
  read('package-lock.json'),
);

const PERMISSIVE = /^(MIT|MIT-0|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|CC0-1\.0)$/;
/** Used while testing or building; nothing of them is shipped (docs/dependencies.md). */
const TESTED_WITH: Record<string, string> = { 'axe-core': 'MPL-2.0', 'caniuse-lite': 'CC-BY-4.0' };

/** An OR leaves the choice, an AND does not. */
function isPermissive(license: string): boolean {
  const plain = license.replace(/[()]/g, '');
  if (plain.includes(' OR ')) return plain.split(' OR ').some(isPermissive);
  return plain.split(' AND ').every((one) => PERMISSIVE.test(one));
}

it('Given the lock file, When the license of each package is read, Then it is permissive', () => {
  const others = Object.entries(packages).filter(([path, { license = 'none', dev = false }]) => {
    const name = path.split('node_modules/').at(-1) ?? '';
    return path !== '' && !isPermissive(license) && !(dev && TESTED_WITH[name] === license);
  });
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

it('Given the page of dependencies, When it is held against package.json, Then each has its row, and no other', () => {
  const rows = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^ |]+) \|/gm)];
  expect(Object.fromEntries(rows.map(([, name = '', version = '']) => [name, version]))).toEqual({
    ...dependencies,
    ...devDependencies,
  });
});
