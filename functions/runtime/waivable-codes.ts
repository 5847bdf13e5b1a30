/** Reason codes that a waiver may name. */
import { INSTANCE_VERDICTS } from '../core/instances/facts.ts';
import { REASONS } from '../core/reasons.ts';

/** Verdicts of instances may be waived too, but for those that are no failure. */
const VERDICT_CODES = INSTANCE_VERDICTS.filter((code) => code !== 'MANAGED' && code !== 'SERVICE_MANAGED');

export const WAIVABLE_CODES: readonly string[] = [
  ...new Set<string>([...Object.keys(REASONS), ...VERDICT_CODES]),
].sort();
