import type { CallLog } from './calls.ts';
import type { Snapshot } from './contract.ts';
import { formatJson } from './snapshot/write.ts';
import type { OwnedState } from './state.ts';

/** What `/_twin/*` may reach. */
export interface Controlled {
  state: OwnedState;
  log: CallLog;
  /** State, sessions and counts back to the start. */
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
  'POST /_twin/clock': advanceClock,
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

function advanceClock(body: string, { state }: Controlled): ControlResponse {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    value = undefined;
  }
  const seconds = isObject(value) && Object.keys(value).length === 1 ? value.advanceSeconds : undefined;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0 || seconds > MOST_SECONDS) {
    return answer(400, {
      error: `Expected {"advanceSeconds": n} with n from 0 to ${MOST_SECONDS}, got ${body.slice(0, 80)}.`,
    });
  }
  state.clock.advance(seconds);
  return answer(200, { now: state.clock.now().toISOString() });
}

function answer(status: number, value: unknown): ControlResponse {
  return { status, body: JSON.stringify(value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
