import { randomBytes } from 'node:crypto';
import type { Principal, TwinState } from './contract.ts';

/** Temporary credentials and whom they stand for. Expiry is wall time, in milliseconds since 1970. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: number;
  /** Twin time, for aws:TokenIssueTime. */
  issuedAt: Date;
  principal: Principal;
}

/** Sessions of one twin by access key. */
export interface Sessions {
  find(accessKeyId: string): Session | undefined;
  create(principal: Principal, seconds: number, issuedAt: Date): Session;
  /** Ends those of an account, or (null) all but one; returns how many. `clear` brings that one back. */
  expire(accountId: string | null, but: Session): number;
  /** Forgets all but one. */
  clear(but: Session): void;
}

/** Expired ones are remembered this long, so that they are not taken for unknown ones. */
const REMEMBERED_MS = 3_600_000;
const SWEEP_EVERY = 1000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const sessionsByState = new WeakMap<TwinState, Sessions>();

export function sessionsOf(state: TwinState): Sessions {
  let sessions = sessionsByState.get(state);
  if (!sessions) {
    sessions = createSessions();
    sessionsByState.set(state, sessions);
  }
  return sessions;
}

function createSessions(): Sessions {
  const sessions = new Map<string, Session>();
  let created = 0;
  return {
    find: (accessKeyId) => sessions.get(accessKeyId),
    create(principal, seconds, issuedAt) {
      created++;
      if (created % SWEEP_EVERY === 0) sweep(sessions);
      const session = {
        accessKeyId: `ASIA${randomBase32(16)}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        expiresAt: Date.now() + seconds * 1000,
        issuedAt,
        principal,
      };
      sessions.set(session.accessKeyId, session);
      return session;
    },
    expire(accountId, but) {
      const now = Date.now();
      const ended = [...sessions.values()].filter(
        ({ accessKeyId, principal, expiresAt }) =>
          expiresAt > now &&
          (accountId === null ? accessKeyId !== but.accessKeyId : principal.accountId === accountId),
      );
      for (const session of ended) sessions.set(session.accessKeyId, { ...session, expiresAt: now });
      return ended.length;
    },
    clear(but) {
      sessions.clear();
      sessions.set(but.accessKeyId, but);
    },
  };
}

function sweep(sessions: Map<string, Session>): void {
  const limit = Date.now() - REMEMBERED_MS;
  for (const [key, session] of sessions) if (session.expiresAt < limit) sessions.delete(key);
}

function randomBase32(length: number): string {
  return [...randomBytes(length)].map((byte) => BASE32[byte % 32]).join('');
}
