import type { Features } from './features.ts';
import type { Synthesized } from './plain-template.ts';

/** Control Tower's events come with the others, or from another Region; members' Regions are reported, too. */
export type EventsVariant = 'together' | 'apart' | 'together-members' | 'apart-members';
export const EVENTS_VARIANTS: readonly EventsVariant[] = [
  'together',
  'apart',
  'together-members',
  'apart-members',
];

/** Templates with stand-ins, and the code of their functions. */
export interface PlainParts {
  service(features: Features): Synthesized;
  /** By the stack's name. */
  events(variant: EventsVariant): Record<string, Synthesized>;
  /** Zip files of the functions: the handlers', and that of the CDK's custom resources. */
  zips: { handlers: Uint8Array; customResources: Uint8Array };
}
