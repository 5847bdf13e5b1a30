/**
 * The stacks as templates with stand-ins, by the CDK: in a checkout, and once for the package, which has no CDK. The
 * same constructs as `cdk deploy`, so that there is one definition of the service.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { type Zippable, zipSync } from 'fflate';
import { bundleHandlers } from '../bundle.ts';
import type { Settings } from '../settings.ts';
import { createEventsStacks, createServiceStack, tagAll } from '../stacks.ts';
import type { Features } from './features.ts';
import type { EventsVariant, PlainParts } from './parts.ts';
import { type Synthesized, withoutCdkMetadata } from './plain-template.ts';
import { standInSettings } from './stand-ins.ts';

/** In a separate folder, which is removed. */
export async function synthesizeParts<T>(work: (parts: PlainParts) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-plain-'));
  try {
    const bundle = join(folder, 'functions');
    await bundleHandlers(bundle);
    let run = 0;
    const synth = (add: (app: App) => void): { template(name: string): Synthesized; outdir: string } => {
      run += 1;
      const outdir = join(folder, `out-${run}`);
      const app = new App({ analyticsReporting: false, outdir, context: QUICK });
      add(app);
      tagAll(app);
      app.synth();
      return {
        outdir,
        template: (name) =>
          withoutCdkMetadata(JSON.parse(readFileSync(join(outdir, `${name}.template.json`), 'utf8'))),
      };
    };
    const service = (features: Features) =>
      synth((app) => {
        createServiceStack(app, standInSettings(features), bundle);
      });
    const handlers = zipFolder(bundle);
    const customResources = zipFolder(customResourceFolder(service(SMALLEST).outdir, bundle));
    return await work({
      zips: { handlers, customResources },
      service: (features) => service(features).template('DhmcRolloutService'),
      events(variant) {
        const { template } = synth((app) => {
          createEventsStacks(app, eventSettings(variant));
        });
        const names = [
          'DhmcRolloutEvents',
          ...(variant.startsWith('apart') ? ['DhmcRolloutControlTowerEvents'] : []),
        ];
        return Object.fromEntries(names.map((name) => [name, template(name)]));
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** No copies of the code and no stack traces, which change nothing in a template. */
const QUICK = { 'aws:cdk:disable-asset-staging': true, 'aws:cdk:disable-stack-trace': true };

const SMALLEST: Features = {
  schedule: 'off',
  watched: false,
  events: 'off',
  memberEvents: false,
  securityHub: false,
  signReports: false,
  foreignTopic: false,
  fleet: false,
};

const eventSettings = (variant: EventsVariant): Settings => ({
  ...standInSettings({ ...SMALLEST, memberEvents: variant.endsWith('-members') }),
  // Any Region other than that of Organizations.
  controlTowerRegion: variant.startsWith('apart') ? 'eu-central-1' : undefined,
});

/** Where the code of AwsCustomResource is: the asset that is not ours, as the manifest of assets names it. */
function customResourceFolder(outdir: string, bundle: string): string {
  const manifest = readFileSync(join(outdir, 'DhmcRolloutService.assets.json'), 'utf8');
  const files: Record<string, { source: { path: string; packaging: string } }> = JSON.parse(manifest).files;
  const folders = Object.values(files).flatMap(({ source }) =>
    source.packaging === 'zip' ? [resolve(outdir, source.path)] : [],
  );
  const found = folders.find((folder) => folder !== resolve(bundle));
  if (found === undefined) throw new Error('the stack has no code of custom resources');
  return found;
}

/** The same files make the same bytes: sorted, of one time, readable by Lambda. */
function zipFolder(folder: string): Uint8Array {
  const files: Zippable = {};
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const path = join(folder, name);
    const content = readFile(path);
    if (content !== null) files[name] = [content, { attrs: 0o644 << 16, os: 3 }];
  }
  return zipSync(files, { level: 9, mtime: new Date(1980, 0, 1) });
}

/** null: a folder. */
function readFile(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return null;
    throw error;
  }
}
