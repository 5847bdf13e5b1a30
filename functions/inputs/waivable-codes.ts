/** Codes that a waiver may name: reasons that someone can accept, and verdicts of instances. */
import { INSTANCE_VERDICTS } from '../core/instances/facts.ts';
import { REASONS, type ReasonCode } from '../core/reasons.ts';
import { isWaivable } from '../core/waivers.ts';

/** Those that are no failure can't be waived. */
const VERDICT_CODES = INSTANCE_VERDICTS.filter(
  (code) => code !== 'MANAGED' && code !== 'SERVICE_MANAGED' && code !== 'AWAITING_AGENT',
);

export const WAIVABLE_CODES: readonly string[] = [
  ...new Set<string>([...(Object.keys(REASONS) as ReasonCode[]).filter(isWaivable), ...VERDICT_CODES]),
].sort();
