import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleHandlers, loadedBytes } from '../../infra/bundle.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { hollow } from '../../infra/lean-modules.ts';
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
});

/** Bytes; what they hold is in docs/adr/0023. */
const LIMITS = {
  'start-run': 499_000,
  'next-batch': 399_000,
  'reconcile-account': 790_000,
  'finish-run': 507_000,
  'import-findings': 380_000,
  'on-account-event': 431_000,
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

  it('When members are left out, Then those stay that are named, and tokens that the SDK makes up', () => {
    const schemas = [
      'const _II = "InstanceId";',
      'const _CT = "ClientToken";',
      'const _SS = "SpotState";',
      'export var A$ = [3, n0, _A,',
      '    0,',
      '    [_II, _SS, _CT, _SS],',
      '    [[0, { xmlName: `a,]`, [_e]: _x }], 0, [0, 4], [() => L, 1]], 3',
      '];',
      'export var E$ = [-3, n0, _E,',
      '    { [_e]: _c },',
      '    [_SS],',
      '    [0]',
      '];',
    ].join('\n');
    expect(
      keepMembers(schemas, new Set(['InstanceId']))
        .split('\n')
        .slice(3),
    ).toEqual([
      'export var A$ = [3, n0, _A, 0, [_II, _CT], [[0, { xmlName: `a,]`, [_e]: _x }], [0, 4]], 2];',
      ...schemas.split('\n').slice(8),
    ]);
  });
});

describe('Given a module that runs in no handler', () => {
  it('When it is emptied, Then its names stay, and a use says what is missing', () => {
    const source =
      'export class A { b() {} }\nexport const c = () => 1;\nexport async function* d() {}\nfunction e() {}';
    expect(hollow(source).split('\n')).toEqual([
      'export class A {}',
      'export function c() { throw new Error("c is not in the bundle"); }',
      'export function d() { throw new Error("d is not in the bundle"); }',
    ]);
  });
});
