/** The adapters that notify others, against answers as AWS words them, and what goes out at the end of a run. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { StateFolder } from '../../cli/state-folder.ts';
import { connectTopic } from '../../functions/aws/publish-notification.ts';
import { connectStateMachine } from '../../functions/aws/start-execution.ts';
import type { TargetStatus } from '../../functions/core/model/result.ts';
import type { Metric } from '../../functions/core/run-metrics.ts';
import type { Notification } from '../../functions/core/run-news.ts';
import { createFinishRun } from '../../functions/handlers/finish-run.ts';
import { AccountEventError, parseAccountEvent } from '../../functions/inputs/account-event.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { createLog } from '../../functions/platform/log.ts';
import { createMetrics } from '../../functions/platform/metrics.ts';
import { wallClock } from '../../functions/platform/wall-clock.ts';
import { artifactKeys } from '../../functions/store/contract.ts';
import { anAccount } from '../core/builders.ts';
import { accountCreated, accountMoved, unitRegistered } from '../events/recorded.ts';
import { account, target } from '../report/builders.ts';
import { aRun, openEmbedded } from '../store/embedded.ts';

describe('Given services that answer as AWS does', () => {
  let server: Server;
  let endpoint = '';
  const asked: { target: string; body: string }[] = [];
  let answer: { status: number; body: string } = { status: 200, body: '{}' };
  beforeAll(async () => {
    process.env.AWS_ACCESS_KEY_ID = 'AKIATEST';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        asked.push({ target: String(request.headers['x-amz-target'] ?? ''), body });
        response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  afterEach(() => {
    asked.splice(0);
  });

  const stateMachineArn = 'arn:aws:states:eu-west-1:100000000002:stateMachine:dhmc-rollout-enforce';
  const start = () =>
    connectStateMachine({ region: 'eu-west-1', stateMachineArn, endpoint })({
      name: 'account-1-arrived-2026-11-20',
      input: { mode: 'enforce' },
    });

  it('When an execution is started, Then by name, with its input', async () => {
    answer = { status: 200, body: JSON.stringify({ executionArn: 'arn', startDate: 1 }) };
    expect(await start()).toBe(true);
    expect(asked[0]?.target).toBe('AWSStepFunctions.StartExecution');
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      stateMachineArn,
      name: 'account-1-arrived-2026-11-20',
      input: '{"mode":"enforce"}',
    });
  });

  it('When that name was used before, Then nothing is started, and it is no error', async () => {
    const body = {
      __type: 'com.amazonaws.swf.service.v2.model#ExecutionAlreadyExists',
      message: 'Execution Already Exists',
    };
    answer = { status: 400, body: JSON.stringify(body) };
    expect(await start()).toBe(false);
    expect(asked).toHaveLength(1);
  });

  it('When it is refused, Then the error goes up, so that Lambda tries again', async () => {
    answer = { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }) };
    await expect(start()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('When something is published, Then with its subject and the attributes that subscriptions filter by', async () => {
    const xml = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
    answer = { status: 200, body: xml };
    const topicArn = 'arn:aws:sns:eu-west-1:100000000002:topic';
    await connectTopic({ region: 'eu-west-1', topicArn, endpoint })({
      subject: 'S',
      message: 'M',
      attributes: { news: 'ready' },
    });
    const sent = new URLSearchParams(asked[0]?.body);
    expect(Object.fromEntries(sent)).toMatchObject({
      Action: 'Publish',
      TopicArn: topicArn,
      Subject: 'S',
      Message: 'M',
      'MessageAttributes.entry.1.Name': 'news',
      'MessageAttributes.entry.1.Value.StringValue': 'ready',
    });
  });
});

describe('Given an event that is not as promised', () => {
  it.each([
    ['nothing', undefined, 'account event: Invalid input: expected object'],
    [
      'another name',
      { ...accountMoved('100000000011'), detail: { eventName: 'TagResource' } },
      'TagResource is none of',
    ],
    ['no account', accountCreated('', { state: 'FAILED' }), 'no account id where the documentation has it'],
    [
      'a unit without an id',
      unitRegistered('nonsense'),
      'account event RegisterOrganizationalUnit: no id of an organizational unit',
    ],
    ['a wrong account', accountMoved('12'), 'accountId: "12" is not an account id'],
  ])('When it has %s, Then one line says so, without the event', (_what, event, message) => {
    const parse = () => parseAccountEvent(event);
    expect(parse).toThrow(AccountEventError);
    expect(parse).toThrow(message);
    expect(parse).not.toThrow(/\n|AWS Internal/);
  });
});

describe('Given a run that ends', () => {
  let state: StateFolder;
  beforeAll(async () => {
    state = await openEmbedded();
  });
  afterAll(() => state.close());

  async function finish(on: ('failed' | 'stopped')[], notify: (n: Notification) => Promise<void>) {
    const runId = `run-${on.join('')}-${Math.random().toString(36).slice(2)}`;
    const configuration = { ...defaultConfiguration(), notifications: { topicArn: null, on } };
    await state.artifacts.putText(artifactKeys.configuration(runId), JSON.stringify(configuration));
    await state.store.createRun(aRun({ runId, batches: [] }));
    const lines: string[] = [];
    const log = jest.spyOn(console.Console.prototype, 'log').mockImplementation((line: string) => {
      lines.push(line);
    });
    try {
      const records = {
        store: state.store,
        artifacts: state.artifacts,
        clock: wallClock,
        log: createLog({ level: 'SILENT', stream: 'stderr' }),
        reports: null,
      };
      const output = await createFinishRun(records, { publishMetrics: createMetrics(), notify })({
        runId,
        error: 'States.Timeout',
      });
      return { output, run: await state.store.getRun(runId), lines };
    } finally {
      log.mockRestore();
    }
  }

  it('When it failed, Then who asked for it is notified, once', async () => {
    const sent: Notification[] = [];
    await finish(['failed'], async (notification) => {
      sent.push(notification);
    });
    expect(sent.map(({ subject }) => subject)).toEqual([
      'dhmc-rollout: assess run failed, 0 of 0 targets not compliant',
    ]);
  });

  it('When events of a minute share it, Then each account has its own message, one a requester can filter for', async () => {
    const runId = 'run-of-a-minute';
    const manifest = artifactKeys.manifest(runId, 0);
    const accounts = ['111111111111', '222222222222'];
    await state.artifacts.putText(artifactKeys.configuration(runId), JSON.stringify(defaultConfiguration()));
    await state.artifacts.putText(
      manifest,
      JSON.stringify(accounts.map((accountId) => anAccount({ accountId, name: accountId }))),
    );
    for (const [index, accountId] of accounts.entries()) {
      const status = index === 0 ? 'COMPLIANT' : 'NON_COMPLIANT';
      const result = account({ accountId, targets: [target({ accountId, status })] });
      await state.artifacts.putText(artifactKeys.account(runId, accountId), JSON.stringify(result));
    }
    const begun = { startedAt: '2026-11-20T00:00:00.000Z', endedAt: '2026-11-20T00:01:00.000Z' };
    await state.store.createRun(
      aRun({
        runId,
        input: { mode: 'enforce', trigger: 'account-event', scope: { accounts } },
        batches: [{ name: 'wave:all', manifest, accounts: 2, ...begun }],
      }),
    );
    const sent: Notification[] = [];
    await createFinishRun(
      {
        store: state.store,
        artifacts: state.artifacts,
        clock: wallClock,
        log: createLog({ level: 'SILENT', stream: 'stderr' }),
        reports: null,
      },
      { publishMetrics: () => {}, notify: async (notification) => void sent.push(notification) },
    )({ runId });
    expect(sent.map(({ attributes }) => attributes)).toEqual([
      { news: 'ready', accountId: '111111111111', runId },
      { news: 'not-ready', accountId: '222222222222', runId },
    ]);
  });

  it.each([
    ['the scope of the run before', [], true],
    ['a wider scope, as after a pilot', ['ou-rest'], false],
  ])(
    'When a full run ends with %s, Then its coverage is compared only with the same scope',
    async (_, excludedBefore, compared) => {
      const published: Metric[] = [];
      const sent: Notification[] = [];
      const records = {
        store: state.store,
        artifacts: state.artifacts,
        clock: wallClock,
        log: createLog({ level: 'SILENT', stream: 'stderr' }),
        reports: null,
      };
      const finishFull = createFinishRun(records, {
        publishMetrics: (metrics) => void published.push(...metrics),
        notify: async (notification) => void sent.push(notification),
      });
      const name = excludedBefore.length === 0 ? 'same' : 'wider';
      const day = excludedBefore.length === 0 ? '21' : '23';
      const fullRun = async (runId: string, startedAt: string, excluded: string[], status: TargetStatus) => {
        const manifest = artifactKeys.manifest(runId, 0);
        const configuration = defaultConfiguration();
        configuration.exclude.organizationalUnits = excluded;
        configuration.notifications.on = ['regressed'];
        await state.artifacts.putText(artifactKeys.configuration(runId), JSON.stringify(configuration));
        const accountId = '333333333333';
        await state.artifacts.putText(manifest, JSON.stringify([anAccount({ accountId, name: accountId })]));
        const result = account({ accountId, targets: [target({ accountId, status })] });
        await state.artifacts.putText(artifactKeys.account(runId, accountId), JSON.stringify(result));
        const batches = [{ name: 'wave:all', manifest, accounts: 1, startedAt, endedAt: startedAt }];
        await state.store.createRun(
          aRun({ runId, startedAt, input: { mode: 'assess', trigger: 'schedule' }, batches }),
        );
        await finishFull({ runId });
      };
      await fullRun(`${name}-1`, `2026-11-${day}T00:00:00.000Z`, excludedBefore, 'COMPLIANT');
      published.splice(0);
      await fullRun(`${name}-2`, `2026-11-${day}T12:00:00.000Z`, [], 'NON_COMPLIANT');
      expect(published.some(([metric]) => metric === 'CompliantPercentChange')).toBe(compared);
      expect(sent.map(({ attributes }) => attributes.news)).toEqual(compared ? ['regressed'] : []);
    },
  );

  it('When no one asked for it, Then no one is notified', async () => {
    const sent: Notification[] = [];
    await finish(['stopped'], async (notification) => {
      sent.push(notification);
    });
    expect(sent).toEqual([]);
  });

  it('When the topic refuses, Then the run has ended all the same', async () => {
    const { output, run } = await finish(['failed'], () => Promise.reject(new Error('no such topic')));
    expect([output.status, run?.status]).toEqual(['FAILED', 'FAILED']);
  });

  it('When it has ended, Then one line in the embedded metric format holds its figures', async () => {
    const { lines } = await finish([], async () => {});
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '{}');
    expect(line).toMatchObject({ service: 'dhmc-rollout', RunsFailed: 1, ChangesApplied: 0 });
    const [metrics] = line._aws.CloudWatchMetrics;
    expect(metrics).toMatchObject({ Namespace: 'DhmcRollout', Dimensions: [['service']] });
    expect(metrics.Metrics).toContainEqual({ Name: 'RunsFailed', Unit: 'Count' });
  });
});
