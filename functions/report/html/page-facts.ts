/** What every section of the page is made from: the source, its first pass, and how units are called and ordered. */

import type { ReportSource } from '../source.ts';
import type { Tally, Unit } from '../tally.ts';

export interface PageFacts {
  source: ReportSource;
  tally: Tally;
  /** Keys of units in the order of their labels: the number of a unit is its place here. */
  unitKeys: readonly string[];
  unitLabels: readonly string[];
}

export function pageFacts(source: ReportSource, tally: Tally): PageFacts {
  const units = [...tally.units].sort(([a], [b]) => a.localeCompare(b));
  return {
    source,
    tally,
    unitKeys: units.map(([key]) => key),
    unitLabels: units.map(([, { path }]) => labelOf(path)),
  };
}

/** Units below the root by their ids; accounts of runs that asked for no paths are one group. */
export function labelOf(path: Unit['path']): string {
  if (path.length === 0) return 'organization';
  return path.length === 1 ? 'root' : path.slice(1).join(' / ');
}

/** `20 November 2026, 14:03 UTC`. */
export function moment(timestamp: string): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? timestamp : `${DAY.format(date)}, ${TIME.format(date)} UTC`;
}

export const day = (timestamp: string): string => DAY.format(new Date(timestamp));

const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });

/** `18 min`, `40 s`. */
export function lasting(from: string, until: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(until) - Date.parse(from)) / 1000));
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
