/**
 * What `dhmc conformance` finds: the answers of AWS to a few calls, compared with the twin's answers to the same calls.
 * An answer holds no data of the account: only spellings, codes and forms, and texts in which ids are masked.
 */
import { toStableJson } from './stable-json.ts';

export type ProbeMode = 'read' | 'write';

/**
 * - answer: what is compared, and what is only seen (times, what differs from Region to Region)
 * - error: of the service
 * - not-asked: the caller may not ask, or there is nothing to ask about
 */
export type Answer =
  | { kind: 'answer'; shape: Record<string, unknown>; seen?: Record<string, unknown> }
  | { kind: 'error'; code: string; message: string }
  | { kind: 'not-asked'; why: string };

export interface ProbeFinding {
  probe: string;
  /** The fact that the service relies on. */
  fact: string;
  mode: ProbeMode;
  verdict: 'SAME' | 'DIFFERENT' | 'NOT_COMPARED';
  aws: Answer;
  twin: Answer;
}

export interface ConformanceReport {
  schemaVersion: 1;
  partition: string;
  region: string;
  /** Whether the probes that write were run. */
  wrote: boolean;
  probes: ProbeFinding[];
  /** What could not be removed again, as `kind name`; names are the probe's own. */
  left: string[];
}

export function verdictOf(aws: Answer, twin: Answer): ProbeFinding['verdict'] {
  if (aws.kind === 'not-asked' || twin.kind === 'not-asked') return 'NOT_COMPARED';
  return toStableJson(comparable(aws)) === toStableJson(comparable(twin)) ? 'SAME' : 'DIFFERENT';
}

/** Texts of errors are seen, not compared: the code decides wherever the service decides. In a list, so that no shape equals it. */
function comparable(answer: Exclude<Answer, { kind: 'not-asked' }>): unknown {
  return answer.kind === 'error' ? [answer.code] : answer.shape;
}

/** Denied, whatever the service calls it (aws-facts, "Denials"). */
export function isDenied({ code }: { code: string }): boolean {
  return /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|AuthorizationError|AWSOrganizationsNotInUseException)$/.test(
    code,
  );
}

/** Whatever names an account, a principal, a resource or a request becomes its kind. */
const MASKS: [RegExp, string][] = [
  [/arn:[a-z-]+:(?:sts|iam)::\d*:[\w+=,.@/-]+/g, '<principal>'],
  [/arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:[^\s"']+/g, '<arn>'],
  [/\b[\w.+-]+@[\w-]+\.[\w.-]+\b/g, '<email>'],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{8,}\b/g, '<id>'],
  [/\b(vpc|vpce|subnet|sg|i|mi|eni|rtb|o|ou|r|p)-[0-9a-z]{4,}(?:-[0-9a-z]+)*\b/g, '<$1>'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<request>'],
  [/\b\d{12}\b/g, '<account>'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, '<address>'],
  [/Encoded authorization failure message: \S+/g, 'Encoded authorization failure message: <encoded>'],
];

export function masked(text: string): string {
  return MASKS.reduce((left, [pattern, kind]) => left.replace(pattern, kind), text).slice(0, 500);
}
