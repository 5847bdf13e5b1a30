import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { METRIC_NAMESPACE, METRICS } from '../../functions/core/run-metrics.ts';
import { describeDeadLetters } from '../../infra/dead-letter-text.ts';
import { ALARMS } from '../../infra/operator-names.ts';
import { longestGapHours } from '../../infra/schedule-gap.ts';
import { EVENTS, ofType, type Resource, type Synthesized, synthesize } from './synthesize.ts';

const page = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('Given the stacks with account events, in GovCloud', () => {
  let synthesized: Synthesized;
  let alarms: Resource['Properties'][];
  beforeAll(async () => {
    const { controlTowerRegion: _none, ...context } = { ...EVENTS, operatorRegion: 'us-gov-east-1' };
    synthesized = await synthesize(context);
    alarms = [synthesized.service, ...synthesized.events]
      .flatMap((template) => ofType(template, 'AWS::CloudWatch::Alarm'))
      .map(([, { Properties }]) => Properties);
  }, 90_000);
  afterAll(() => synthesized?.remove());

  const alarm = (name: string) => alarms.find(({ AlarmName }) => AlarmName === name);

  it('When alarms and runbook are compared, Then each alarm has its section, and each section its alarm', () => {
    const headings = [...page('docs/runbook.md').matchAll(/^## (dhmc-rollout-[\w-]+)$/gm)].map(
      ([, name]) => name,
    );
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(headings.sort());
    expect([...Object.values(ALARMS)].sort()).toEqual(headings);
  });

  it('When a section is read, Then it says what the alarm means, how to see, and what to do', () => {
    const [, ...sections] = page('docs/runbook.md').split(/^## dhmc-/m);
    for (const section of sections) expect(section).toMatch(/\*\*Means:\*\*.+\*\*See:\*\*.+\*\*Do:\*\*/s);
  });

  it('When an alarm goes off in the operator account, Then the topic is notified, with the place in the runbook', () => {
    for (const { AlarmName, AlarmActions, AlarmDescription } of alarms) {
      expect(AlarmDescription).toContain(`docs/runbook.md, ${AlarmName}`);
      const actions =
        AlarmName === ALARMS.forwardingFailed ? undefined : [{ Ref: expect.stringMatching(/^Topic/) }];
      expect([AlarmName, AlarmActions]).toEqual([AlarmName, actions]);
    }
  });

  it('When a metric of ours is watched or shown, Then it is one that runs publish', () => {
    const [[, dashboard] = ['', undefined]] = ofType(synthesized.service, 'AWS::CloudWatch::Dashboard');
    const text = JSON.stringify(dashboard?.Properties.DashboardBody).replaceAll('\\"', '"');
    const shown = [...text.matchAll(new RegExp(`"${METRIC_NAMESPACE}","(\\w+)"`, 'g'))].map(
      ([, name]) => name,
    );
    const watched = alarms.filter(({ Namespace }) => Namespace === METRIC_NAMESPACE);
    const names = [...shown, ...watched.map(({ MetricName }) => MetricName)];
    expect(names.length).toBeGreaterThan(12);
    expect(names.filter((name) => !Object.hasOwn(METRICS, String(name)))).toEqual([]);
    for (const { Dimensions } of watched)
      expect(Dimensions).toEqual([{ Name: 'service', Value: 'dhmc-rollout' }]);
  });

  it('When the daily run is missing, Then the alarm goes off after its day and six hours, silence included', () => {
    expect(alarm(ALARMS.runMissing)).toMatchObject({
      EvaluationPeriods: 30,
      Period: 3600,
      TreatMissingData: 'breaching',
    });
  });

  it('When a run failed, Then it is known from Step Functions itself, of both machines', () => {
    const metrics: { MetricStat?: { Metric: { Namespace: string; MetricName: string } } }[] = alarm(
      ALARMS.runFailed,
    )?.Metrics;
    const seen = metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
    expect(seen.map(({ MetricName }) => MetricName).sort()).toEqual([
      'ExecutionsFailed',
      'ExecutionsFailed',
      'ExecutionsTimedOut',
      'ExecutionsTimedOut',
    ]);
    expect(new Set(seen.map(({ Namespace }) => Namespace))).toEqual(new Set(['AWS/States']));
  });

  it('When functions are looked at, Then each sends traces', () => {
    const ours = ofType(synthesized.service, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
      String(Properties.Description).startsWith('dhmc-rollout'),
    );
    expect(ours.length).toBeGreaterThanOrEqual(7);
    for (const [, { Properties }] of ours) expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
  });

  it("When events are taken, Then in that partition's Region of Organizations, Control Tower's with them", () => {
    expect(synthesized.events.map(({ region }) => region)).toEqual(['us-gov-west-1']);
    const [events] = synthesized.events;
    expect(events && ofType(events, 'AWS::Events::Rule')).toHaveLength(7);
    for (const { text } of [synthesized.service, ...synthesized.events])
      expect(text).not.toContain('arn:aws:');
  });

  it('When docs/deploy.md names a context or a stack, Then it exists', () => {
    const known = Object.keys(JSON.parse(page('cdk.json')).context);
    const text = page('docs/deploy.md');
    const named = [...text.matchAll(/-c (\w+)=/g), ...text.matchAll(/^\| `(\w+)` \| [a-z, ]+ \|/gm)].map(
      ([, key]) => key,
    );
    expect(named.filter((key) => !known.includes(String(key)))).toEqual([]);
    const explained = known.filter((key) => key !== 'cli-telemetry' && !text.includes(`| \`${key}\` |`));
    expect(explained).toEqual([]);
    const stacks = [...text.matchAll(/cdk (?:deploy|destroy|diff) ((?:DhmcRollout\w+ ?)+)/g)].flatMap(
      ([, names = '']) => names.trim().split(' '),
    );
    expect([...new Set(stacks)].sort()).toEqual([
      'DhmcRolloutControlTowerEvents',
      'DhmcRolloutEvents',
      'DhmcRolloutMemberRoles',
      'DhmcRolloutService',
    ]);
  });
});

describe('Given a schedule', () => {
  it.each([
    ['rate(1 day)', 24],
    ['rate(12 hours)', 12],
    ['rate(90 minutes)', 1.5],
    ['cron(0 3 * * ? *)', 24],
    ['cron(0 3 ? * MON-FRI *)', 72],
    ['cron(0 3 ? * 2,5 *)', 96],
    ['cron(0 3 ? * SUN *)', 168],
    ['cron(0 3 1 * ? *)', null],
    ['cron(0 3 ? * MON#1 *)', null],
  ])('When it is %s, Then the longest time between two runs is %s hours', (expression, hours) => {
    expect(longestGapHours(expression)).toBe(hours);
  });
});

describe('Given the queue of what failed for good', () => {
  it.each([
    [true, false, /Account events/, /Security Hub/],
    [false, true, /Security Hub/, /[Aa]ccount events/],
    [true, true, /Account events.*Security Hub/, /^$/],
  ])(
    'When account events are %s and Security Hub %s, Then its alarm names what is deployed',
    (accountEvents, securityHub, named, unnamed) => {
      const text = describeDeadLetters({ accountEvents, securityHub });
      expect(text).toMatch(named);
      expect(text).not.toMatch(unnamed);
    },
  );
});
