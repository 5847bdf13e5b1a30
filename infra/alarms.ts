/** What wakes people, and the dashboard that they look at then. Each alarm has its section in docs/runbook.md. */
import { Annotations, Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRIC_SERVICE, type MetricName } from '../functions/core/run-metrics.ts';
import { type DeadLetterSources, describeDeadLetters } from './dead-letter-text.ts';
import { ALARMS } from './operator-names.ts';
import { runMissingHours } from './schedule-gap.ts';

export interface Watched {
  stateMachineArns: string[];
  /** null where nothing is scheduled. */
  schedule: string | null;
  /** null where nothing can end there. */
  deadLetters: DeadLetters | null;
  topic: ITopic;
}

/** The queue, and what may end in it. */
export interface DeadLetters extends DeadLetterSources {
  queue: Queue;
}

/** Points of the compliant share that a run may lose without waking people. */
const FALL_POINTS = 1;
const ERROR_PERCENT = 5;

export function metric(name: MetricName, period: Duration, statistic = 'Sum'): Metric {
  const dimensionsMap = { service: METRIC_SERVICE };
  return new Metric({ namespace: METRIC_NAMESPACE, metricName: name, dimensionsMap, period, statistic });
}

/** Of Step Functions itself, so that it counts where our own code never came to run. */
export function executions(metricNames: string[], stateMachineArns: string[], period: Duration): IMetric {
  // A graph wants a separate id for each metric of all its expressions; it begins with a lower-case letter.
  const metrics = metricNames.flatMap((metricName) =>
    stateMachineArns.map((StateMachineArn, index) => {
      const dimensionsMap = { StateMachineArn };
      const each = new Metric({
        namespace: 'AWS/States',
        metricName,
        dimensionsMap,
        period,
        statistic: 'Sum',
      });
      return [`m${metricName}${index}`, each] as const;
    }),
  );
  return new MathExpression({
    label: metricNames.join(', '),
    expression: metrics.map(([id]) => `FILL(${id}, 0)`).join(' + '),
    period,
    usingMetrics: Object.fromEntries(metrics),
  });
}

export function createAlarms(scope: Construct, watched: Watched): Alarm[] {
  const { stateMachineArns, topic } = watched;
  const hour = Duration.hours(1);
  const add = (id: string, alarmName: string, what: string, props: Omit<AlarmProps, 'alarmName'>) => {
    const alarmDescription = `${what} docs/runbook.md, ${alarmName}`;
    const alarm = new Alarm(scope, id, {
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
      alarmName,
      alarmDescription,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    return alarm;
  };
  const above = (threshold: number) => ({
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: 1,
  });
  const failed = executions(
    ['ExecutionsFailed', 'ExecutionsTimedOut'],
    stateMachineArns,
    Duration.minutes(5),
  );
  return [
    add('RunFailed', ALARMS.runFailed, 'A run ended with an error.', { metric: failed, ...above(0) }),
    ...runMissing(scope, watched.schedule, add),
    add('CoverageFalling', ALARMS.coverageFalling, 'Fewer targets are compliant than in the run before.', {
      metric: metric('CompliantPercentChange', hour, 'Minimum'),
      threshold: -FALL_POINTS,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
    }),
    add('ErrorShare', ALARMS.errorShare, `More than ${ERROR_PERCENT} % of the targets are in error.`, {
      metric: metric('ErrorPercent', hour, 'Maximum'),
      ...above(ERROR_PERCENT),
    }),
    add('ChangesFailing', ALARMS.changesFailing, 'Changes were refused.', {
      metric: metric('ChangesFailed', hour),
      ...above(0),
    }),
    add('RunStopped', ALARMS.runStopped, 'A run was stopped before it reached every account.', {
      metric: metric('RunsStopped', hour),
      ...above(0),
    }),
    // Reported by enforce runs; between them the alarm stays as it is.
    add(
      'EnforceHeld',
      ALARMS.enforceHeld,
      'A wave gate stopped a run, and enforce is held until a person resumes.',
      {
        metric: metric('EnforceHeld', hour, 'Maximum'),
        ...above(0),
        treatMissingData: TreatMissingData.IGNORE,
      },
    ),
    // Reported by runs that would change something; between them the alarm stays as it is.
    add('KillSwitch', ALARMS.killSwitch, 'The kill switch keeps runs from changing anything.', {
      metric: metric('KillSwitchOn', hour, 'Maximum'),
      ...above(0),
      treatMissingData: TreatMissingData.IGNORE,
    }),
    ...(watched.deadLetters === null
      ? []
      : [
          add('DeadLettersWaiting', ALARMS.deadLetters, describeDeadLetters(watched.deadLetters), {
            metric: watched.deadLetters.queue.metricApproximateNumberOfMessagesVisible({
              period: Duration.minutes(5),
              statistic: 'Maximum',
            }),
            ...above(0),
          }),
        ]),
  ];
}

type Add = (id: string, name: string, what: string, props: Omit<AlarmProps, 'alarmName'>) => Alarm;

function runMissing(scope: Construct, schedule: string | null, add: Add): Alarm[] {
  if (schedule === null) return [];
  const hours = runMissingHours(schedule);
  if (hours === null) {
    Annotations.of(scope).addWarningV2(
      'dhmc-rollout:unwatched-schedule',
      `no alarm can detect that a run of ${schedule} is missing: CloudWatch looks back seven days at most`,
    );
    return [];
  }
  return [
    add('RunMissing', ALARMS.runMissing, `No run of the whole organization ended for ${hours} hours.`, {
      // Samples, not their sum: the deployment reports that no run has ended yet (last-steps.ts), and is no missing run.
      metric: metric('FullRunsEnded', Duration.hours(1), 'SampleCount'),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: hours,
      datapointsToAlarm: hours,
      treatMissingData: TreatMissingData.BREACHING,
    }),
  ];
}
