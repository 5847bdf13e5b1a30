/** What the logs of a whole job say: neither credentials nor addresses of people nor events as they came. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runLocally } from '../../cli/runs/local-run.ts';
import { openStateFolder, type StateFolder } from '../../cli/state-folder.ts';
import { createTwinClock } from '../../cli/twin-clock.ts';
import type { RunInput } from '../../functions/core/model/primitives.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { createLog } from '../../functions/platform/log.ts';
import type { FaultFile } from '../../twin/faults-file.ts';
import { sessionsOf } from '../../twin/sessions.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { startTwin, type Twin } from '../../twin/start.ts';
import { EVERYTHING } from './everything.ts';

const EXTERNAL_ID = 'an-external-id-of-ours';

/** Each kind of thing that a log must not hold. */
const FORBIDDEN: Record<string, RegExp> = {
  'an access key': /\b(AKIA|ASIA)[A-Z0-9]{12,}/,
  'a secret key or token': /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/])|[A-Za-z0-9+/=]{100,}/,
  'a signature': /AWS4-HMAC-SHA256|X-Amz-Security-Token|authorization/i,
  'an e-mail address': /[\w.+-]+@[\w-]+\.[a-z]{2,}/i,
  'a raw event': /"(Payload|executionName|rawEvent|requestParameters|userIdentity)"\s*:/,
  'a request or response':
    /"(\$metadata|httpHeaders|RoleArn|SecretAccessKey|SessionToken|PolicyDocument)"\s*:/,
};

/** Names of what is in a text. */
function findForbidden(text: string, secrets: readonly string[]): string[] {
  const found = Object.entries(FORBIDDEN)
    .filter(([, pattern]) => pattern.test(text))
    .map(([name]) => name);
  return secrets.some((secret) => text.includes(secret)) ? [...found, 'a very secret'] : found;
}

let twin: Twin;
let state: StateFolder;
let logged = '';
/** Everything secret that the twin gave out, and addresses of the organization. */
const secrets: string[] = [];

beforeAll(async () => {
  const snapshot = await readSnapshot('test/fixtures/snapshots/first');
  secrets.push(...snapshot.organization.Accounts.map(({ Email }) => String(Email)), EXTERNAL_ID);
  twin = await startTwin({ snapshot, pages: 'aws' });
  state = await openStateFolder(null);
  const sessions = sessionsOf(twin.state);
  const create = sessions.create.bind(sessions);
  sessions.create = (...given) => {
    const session = create(...given);
    secrets.push(session.accessKeyId, session.secretAccessKey, session.sessionToken);
    return session;
  };
  const { accessKeyId, secretAccessKey, sessionToken, region } = twin.operator;
  secrets.push(accessKeyId, secretAccessKey, sessionToken);
  const standardError = jest.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    logged += String(chunk);
    return true;
  });
  const run = (input: Partial<RunInput>) =>
    runLocally({
      input: { mode: 'enforce', trigger: 'on-demand', ...input },
      configuration: {
        ...defaultConfiguration(),
        ...EVERYTHING,
        memberRole: { ...defaultConfiguration().memberRole, externalId: EXTERNAL_ID },
      },
      connection: {
        homeRegion: region,
        endpoint: twin.url,
        credentials: { accessKeyId, secretAccessKey, sessionToken },
      },
      state,
      clock: createTwinClock({
        now: () => twin.state.clock.now(),
        advance: (seconds) => twin.state.clock.advance(seconds),
        idle: () => twin.requestsInFlight() === 0,
      }),
      log: createLog({ level: 'DEBUG', stream: 'stderr' }),
      signal: undefined,
      onProgress: () => {},
    });
  try {
    await run({ mode: 'assess' });
    twin.setFaults({
      seed: 3,
      faults: [
        { match: { operation: 'CreateVpcEndpoint', nth: 1 }, effect: { drop: 'after' }, times: 1 },
        {
          match: { operation: 'AttachRolePolicy', nth: 1 },
          effect: { error: { code: 'AccessDenied', message: 'someone@example.com may not', status: 403 } },
          times: 1,
        },
        {
          match: { operation: 'GetServiceSetting', nth: 2 },
          effect: { error: { code: 'InternalServerError', message: 'broken', status: 500 } },
          times: 1,
        },
      ],
    } as FaultFile);
    await run({});
    twin.setFaults({ seed: 3, faults: [] } as FaultFile);
    await run({ mode: 'rollback', rollbackOf: 'all' });
    // A run that can't begin: its error is logged, or reported, too.
    await run({ scope: { accounts: ['999999999999'] } }).catch(() => undefined);
  } finally {
    standardError.mockRestore();
  }
}, 60_000);
afterAll(async () => {
  await state.close();
  await twin.close();
});

describe('Given everything that assess, enforce with failures, and rollback log at level debug', () => {
  const lines = () => logged.split('\n').filter((line) => line.trim() !== '');

  it('When it is read, Then each line is an object about a run', () => {
    expect(lines().length).toBeGreaterThan(10);
    for (const line of lines()) {
      expect(JSON.parse(line)).toMatchObject({ service: 'dhmc-rollout', message: expect.any(String) });
    }
  });

  it('When it is searched, Then no line holds credentials, an e-mail address or a raw event', () => {
    expect(secrets.length).toBeGreaterThan(30);
    const found = lines().map((line) => [line, findForbidden(line, secrets)] as const);
    expect(found.filter(([, what]) => what.length > 0)).toEqual([]);
  });

  it('When artifacts and table are searched, Then no credentials are at rest', async () => {
    const credentials = secrets.filter((secret) => !secret.includes('@') && secret !== EXTERNAL_ID);
    for (const key of await state.artifacts.list('runs/')) {
      const text = (await state.artifacts.getText(key)) ?? '';
      expect([key, credentials.filter((secret) => text.includes(secret))]).toEqual([key, []]);
    }
  });

  it.each([
    ['{"message":"key ASIAABCDEFGHIJKLMNOP"}', 'an access key'],
    [`{"token":"${'Ab1/'.repeat(32)}"}`, 'a secret key or token'],
    ['{"message":"ann@example.com may not"}', 'an e-mail address'],
    ['{"event":{"Payload":{}}}', 'a raw event'],
    ['{"command":{"RoleArn":"x"}}', 'a request or response'],
    ['{"message":"hush"}', 'a very secret'],
  ])('When a line were %s, Then the search would find %s', (line, what) => {
    expect(findForbidden(line, ['hush'])).toContain(what);
  });
});
