import type { CallLog } from './calls.ts';
import type { Snapshot } from './contract.ts';
import type { Faults } from './faults.ts';
import { FaultFileError, parseFaults } from './faults-file.ts';
import { formatJson } from './snapshot/write.ts';
import type { OwnedState } from './state.ts';

/** What `/_twin/*` may reach. */
export interface Controlled {
  state: OwnedState;
  log: CallLog;
  faults: Faults;
  /** Ends the sessions of an account's roles, or (null) all but the operator's; returns how many. */
  expireSessions(accountId: string | null): number;
  /** State, sessions, counts, faults and token buckets back to the start. */
  reset(): void;
}

export interface ControlResponse {
  status: number;
  body: string;
}

type Route = (body: string, twin: Controlled) => ControlResponse;

const MOST_SECONDS = 10 * 365 * 86_400;

const ROUTES: Record<string, Route> = {
  'GET /_twin/snapshot': (_body, { state }) => ({
    status: 200,
    body: writeSnapshotJson(state.takeSnapshot()),
  }),
  'GET /_twin/calls': (_body, { log }) => answer(200, log.report()),
  'GET /_twin/faults': (_body, { faults }) => answer(200, faults.report()),
  'POST /_twin/faults': replaceFaults,
  'POST /_twin/clock': advanceClock,
  'POST /_twin/sessions/expire': expireSessions,
  'POST /_twin/reset': (_body, twin) => {
    twin.reset();
    return answer(200, { now: twin.state.clock.now().toISOString() });
  },
};

/** Answers a request whose path starts with `/_twin`. */
export function control(method: string, url: string, body: string, twin: Controlled): ControlResponse {
  const path = url.split('?')[0] ?? url;
  const route = ROUTES[`${method} ${path}`];
  if (route) return route(body, twin);
  return answer(404, { error: `The twin has no ${method} ${path}.`, paths: Object.keys(ROUTES) });
}

/** `{"organization": ..., "accounts": {"<id>": ...}}`: each value as its file in the snapshot's folder. */
function writeSnapshotJson(snapshot: Snapshot): string {
  const accounts = [...snapshot.accounts]
    .map(([id, account]) => [id, formatJson(account)] as const)
    .filter(([, json]) => json !== '')
    .map(([id, json]) => `"${id}": ${json}`);
  return `{"organization": ${formatJson(snapshot.organization)}, "accounts": {${accounts.join(',\n')}}}`;
}

function replaceFaults(body: string, { faults }: Controlled): ControlResponse {
  try {
    faults.replace(parseFaults(body));
    return answer(200, faults.report());
  } catch (error) {
    if (error instanceof FaultFileError) return answer(400, { error: error.message });
    throw error;
  }
}

function expireSessions(body: string, twin: Controlled): ControlResponse {
  const value = body === '' ? {} : parseJson(body);
  const keys = isObject(value) ? Object.keys(value) : ['?'];
  const account = isObject(value) ? (value.account ?? null) : null;
  const known = keys.every((key) => key === 'account');
  if (!known || (account !== null && !(typeof account === 'string' && /^\d{12}$/.test(account)))) {
    return answer(400, {
      error: `Expected {"account": "<12 digits>"}, or {} for all but the operator's, got ${body.slice(0, 80)}.`,
    });
  }
  return answer(200, { expired: twin.expireSessions(account) });
}

function advanceClock(body: string, { state }: Controlled): ControlResponse {
  const value = parseJson(body);
  const seconds = isObject(value) && Object.keys(value).length === 1 ? value.advanceSeconds : undefined;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0 || seconds > MOST_SECONDS) {
    return answer(400, {
      error: `Expected {"advanceSeconds": n} with n from 0 to ${MOST_SECONDS}, got ${body.slice(0, 80)}.`,
    });
  }
  state.clock.advance(seconds);
  return answer(200, { now: state.clock.now().toISOString() });
}

/** undefined where it is no JSON. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function answer(status: number, value: unknown): ControlResponse {
  return { status, body: JSON.stringify(value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
