/**
 * Templates in one file, for a command that has no CDK: the package holds one of every deployment, a checkout makes that
 * of one. Resources that templates share are there once.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Features, keyOf } from './features.ts';
import { EVENTS_VARIANTS, type EventsVariant, type PlainParts } from './parts.ts';
import type { Synthesized } from './plain-template.ts';

const FILE = 'variants.json';
const HANDLERS_ZIP = 'handlers.zip';
const CUSTOM_RESOURCES_ZIP = 'custom-resources.zip';

/** A template whose resources are numbers of the pool. */
type Pooled = Omit<Synthesized, 'Resources'> & { Resources: Record<string, number> };

interface Variants {
  pool: Synthesized['Resources'][string][];
  service: Record<string, Pooled>;
  events: Record<string, Record<string, Pooled>>;
}

/** @param features deployments whose templates are wanted */
export function writePackagedParts(parts: PlainParts, folder: string, features: readonly Features[]): void {
  const pool = new Map<string, number>();
  const pooled = (template: Synthesized): Pooled => ({
    ...template,
    Resources: Object.fromEntries(
      Object.entries(template.Resources).map(([id, resource]) => {
        const text = JSON.stringify(resource);
        const index = pool.get(text) ?? pool.size;
        pool.set(text, index);
        return [id, index];
      }),
    ),
  });
  const ofEvents = (variant: EventsVariant) =>
    Object.fromEntries(
      Object.entries(parts.events(variant)).map(([name, template]) => [name, pooled(template)]),
    );
  const service = Object.fromEntries(features.map((each) => [keyOf(each), pooled(parts.service(each))]));
  const events = Object.fromEntries(EVENTS_VARIANTS.map((variant) => [variant, ofEvents(variant)]));
  const variants: Variants = { pool: [...pool.keys()].map((text) => JSON.parse(text)), service, events };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, FILE), JSON.stringify(variants));
  writeFileSync(join(folder, HANDLERS_ZIP), parts.zips.handlers);
  writeFileSync(join(folder, CUSTOM_RESOURCES_ZIP), parts.zips.customResources);
}

/** null: the folder has none, as in a checkout. */
export function readPackagedParts(folder: string): PlainParts | null {
  const variants = readVariants(join(folder, FILE));
  if (variants === null) return null;
  const whole = (template: Pooled | undefined): Synthesized => {
    if (template === undefined) throw new Error(`${FILE} lacks a template of this deployment`);
    return {
      ...template,
      Resources: Object.fromEntries(
        Object.entries(template.Resources).map(([id, index]) => [id, structuredClone(variants.pool[index])]),
      ),
    };
  };
  return {
    service: (features) => whole(variants.service[keyOf(features)]),
    events: (variant) =>
      Object.fromEntries(
        Object.entries(variants.events[variant] ?? {}).map(([name, template]) => [name, whole(template)]),
      ),
    zips: {
      handlers: readFileSync(join(folder, HANDLERS_ZIP)),
      customResources: readFileSync(join(folder, CUSTOM_RESOURCES_ZIP)),
    },
  };
}

function readVariants(file: string): Variants | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
