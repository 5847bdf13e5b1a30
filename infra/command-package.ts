/**
 * The command as an npm package: bundled, without dependencies, ready for `npm pack`. Files that the command reads
 * keep their place relative to the package's root, so that `new URL('../x.json', import.meta.url)` finds them.
 *
 *     npm run package              writes dist/package and packs it
 */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { leanSchemas } from './lean-schemas.ts';
import { allFeatures } from './plain/features.ts';
import { writePackagedParts } from './plain/packaged-parts.ts';
import { synthesizeParts } from './plain/synthesize.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const PACKAGE_FOLDER = join(ROOT, 'dist', 'package');

/** What the command reads or a user wants beside it. */
const FILES = [
  'statemachine/rollout.asl.json',
  'twin/data/constraints.json',
  'twin/data/ec2-condition-keys.json',
  'twin/iam/managed-policies.json',
  'docs/dhmc.config.example.yaml',
  'docs/dhmc.deployment.example.yaml',
  'docs/schemas',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
];

/** The embedded database: native, and needed by demo, rehearse and run --local alone. */
const OPTIONAL = ['dynalite'];

const START = `#!/usr/bin/env node
// Plain JavaScript: it must start on any Node.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) await import('../bundle/main.mjs');
else {
  process.stderr.write('dhmc: Node ' + process.versions.node + ' is too old; install Node 22.18 or newer\\n');
  process.exitCode = 2;
}
`;

/** @param templates `false`: without the templates of the service, which take a minute to make */
export async function writePackage(
  folder: string = PACKAGE_FOLDER,
  { templates = true } = {},
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'bin'), { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['cli/main.ts'],
    outdir: join(folder, 'bundle'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    legalComments: 'linked',
    logLevel: 'warning',
    external: OPTIONAL,
    plugins: [leanSchemas(ROOT, { members: 'all' }), placeInPackage],
    banner: {
      js: "import{createRequire as packageRequire}from'node:module';const require=packageRequire(import.meta.url);",
    },
  });
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  }
  if (templates) {
    await synthesizeParts((parts) => writePackagedParts(parts, join(folder, 'templates'), allFeatures()));
  }
  writeFileSync(join(folder, 'bin', 'dhmc.mjs'), START);
  chmodSync(join(folder, 'bin', 'dhmc.mjs'), 0o755);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
}

function manifest() {
  const { name, version, description, license, dependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  );
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=22.18' },
    bin: { dhmc: 'bin/dhmc.mjs', [name]: 'bin/dhmc.mjs' },
    files: ['bin', 'bundle', 'docs', 'statemachine', 'templates', 'twin', 'CHANGELOG.md', 'SECURITY.md'],
    peerDependencies: Object.fromEntries(OPTIONAL.map((each) => [each, dependencies[each]])),
    peerDependenciesMeta: Object.fromEntries(OPTIONAL.map((each) => [each, { optional: true }])),
    publishConfig: { access: 'public', provenance: true },
  };
}

/** `import.meta.url` of a source becomes its place below the package's root, one folder above the bundle. */
const placeInPackage: Plugin = {
  name: 'place-in-package',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (path.includes(`${sep}node_modules${sep}`)) return null;
      const place = relative(ROOT, path).split(sep).join('/');
      const text = readFileSync(path, 'utf8');
      return {
        contents: text.replaceAll('import.meta.url', `new URL('../${place}', import.meta.url).href`),
        loader: 'ts',
      };
    });
  },
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writePackage();
}
