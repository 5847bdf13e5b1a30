import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleHandlers, loadedBytes } from '../../infra/bundle.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { hollow, UNUSED, unusedModules } from '../../infra/lean-modules.ts';
import { keepErrors, keepMembers, writeKeysOut } from '../../infra/lean-schemas.ts';

type Metafile = Awaited<ReturnType<typeof bundleHandlers>>;

async function digest(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort())
    hash.update(name).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}

describe('Given the bundle of all handlers', () => {
  let folder: string;
  let metafile: Metafile;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dhmc-bundle-'));
    metafile = await bundleHandlers(join(folder, 'one'));
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('When it is made again, Then the bytes are the same', async () => {
    await bundleHandlers(join(folder, 'two'));
    expect(await digest(join(folder, 'two'))).toBe(await digest(join(folder, 'one')));
  }, 60_000);

  it('When the parts that a handler loads are summed up, Then they stay small', () => {
    const sizes = HANDLERS.map((name) => [name, loadedBytes(metafile, name)] as const);
    for (const [name, bytes] of sizes)
      expect([name, bytes, bytes < LIMITS[name]]).toEqual([name, bytes, true]);
  });

  it('When it is looked through, Then nothing of the twin or the command is in it', () => {
    const foreign = Object.keys(metafile.inputs).filter((path) => /^(twin|cli|infra|test)\//.test(path));
    expect(foreign).toEqual([]);
  });

  it('When it is looked through, Then it holds each module that is emptied, so that none is listed for nothing', () => {
    const paths = Object.keys(metafile.inputs);
    expect(UNUSED.filter((pattern) => !paths.some((path) => unusedModules(pattern).test(path)))).toEqual([]);
  });
});

/** Bytes; what they hold is in docs/adr/0023. */
const LIMITS = {
  'start-run': 505_000,
  'next-batch': 406_000,
  'reconcile-account': 800_000,
  'finish-run': 515_000,
  'import-findings': 493_000,
  'on-account-event': 440_000,
};

describe('Given a schema file of the SDK', () => {
  it('When keys are written out, Then only those whose text is known', () => {
    const schemas = 'const _xN = "xmlName";\nexport var A = [3, { [_xN]: _m, [_other]: 1 }, x[_xN]];';
    expect(writeKeysOut(schemas)).toBe(
      'const _xN = "xmlName";\nexport var A = [3, { "xmlName": _m, [_other]: 1 }, x[_xN]];',
    );
  });

  it('When classes of errors are left out, Then those stay that the handlers name, and the base class', () => {
    const schemas = [
      's_registry.registerError(SSMServiceException$, SSMServiceException);',
      'n0_registry.registerError(ParameterNotFound$, ParameterNotFound);',
      'n0_registry.registerError(ServiceSettingNotFound$, ServiceSettingNotFound);',
    ];
    expect(keepErrors(schemas.join('\n'), new Set(['ServiceSettingNotFound'])).split('\n')).toEqual([
      schemas[0],
      '',
      schemas[2],
    ]);
  });

  it('When members of answers are left out, Then those stay that are named, and all that a request refers to', () => {
    const schemas = [
      'const _II = "InstanceId";',
      'const _CT = "ClientToken";',
      'const _SS = "SpotState";',
      'export var A$ = [3, n0, _A,',
      '    0,',
      '    [_II, _SS, _SS],',
      '    [[0, { xmlName: `a,]`, [_e]: _x }], 0, [() => L, 1]], 3',
      '];',
      'export var Q$ = [3, n0, _Q,',
      '    0,',
      '    [_II, _CT],',
      '    [() => L, [0, 4]]',
      '];',
      'export var E$ = [-3, n0, _E,',
      '    { [_e]: _c },',
      '    [_SS],',
      '    [0]',
      '];',
      'var L = [1, n0, _L,',
      '    0, () => F$',
      '];',
      'export var F$ = [3, n0, _F,',
      '    0,',
      '    [_SS],',
      '    [0]',
      '];',
      'export var Do$ = [9, n0, _D,',
      '    0, () => Q$, () => A$',
      '];',
    ].join('\n');
    const kept = keepMembers(schemas, new Set(['InstanceId']))
      .split('\n')
      .slice(3);
    expect(kept).toEqual([
      'export var A$ = [3, n0, _A, 0, [_II], [[0, { xmlName: `a,]`, [_e]: _x }]], 1];',
      ...schemas.split('\n').slice(8),
    ]);
  });
});

describe('Given a module that runs in no handler', () => {
  it('When it is emptied, Then its names stay, and a use says what is missing', () => {
    const source = [
      'export class A {',
      '    constructor(a) {',
      '    }',
      '    static async b(c) {',
      '        return c();',
      '    }',
      '}',
      'export class B extends C {',
      '}',
      'export const c = () => 1;',
      'export async function* d() {}',
      'function e() {}',
      'export {};',
    ];
    expect(hollow(source.join('\n')).split('\n')).toEqual([
      'export class A { static b() { absent("A.b"); } }',
      'export class B { constructor() { absent("B"); } }',
      'export function c() { absent("c"); }',
      'export function d() { absent("d"); }',
      'function absent(name) { throw new Error(name + " is not in the bundle"); }',
    ]);
  });

  it.each([
    'export const SIZE = 64;',
    "export { a } from './a';",
    "export * from './a';",
    'export default a;',
  ])('When it has %s, Then the build ends, since nothing could stand for that', (line) =>
    expect(() => hollow(line)).toThrow(line),
  );
});
