/** The dashboard: is the organization covered, are runs well, what changed. */
import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../functions/core/run-metrics.ts';
import { executions, metric } from './alarms.ts';
import { DASHBOARD } from './operator-names.ts';

const DAY = Duration.days(1);
const HOUR = Duration.hours(1);
const WIDTH = 12;

export function createDashboard(
  scope: Construct,
  parts: { alarms: Alarm[]; stateMachineArns: string[] },
): Dashboard {
  const latest = (name: MetricName) => metric(name, DAY, 'Maximum');
  const graph = (title: string, left: IMetric[], more: { stacked?: boolean } = {}) =>
    new GraphWidget({ title, left, width: WIDTH, ...more });
  const ended = ['ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'];
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: DASHBOARD,
    defaultInterval: Duration.days(14),
    widgets: [
      [new AlarmStatusWidget({ title: 'Alarms', alarms: parts.alarms, width: 2 * WIDTH })],
      [
        new SingleValueWidget({
          title: 'The whole organization, last full run of a day',
          metrics: [
            latest('Accounts'),
            latest('Targets'),
            latest('CompliantPercent'),
            latest('ErrorPercent'),
          ],
          width: 2 * WIDTH,
        }),
      ],
      [
        graph(
          'Targets',
          (['Compliant', 'Converging', 'NonCompliant', 'Errors', 'Skipped'] as const).map(latest),
          { stacked: true },
        ),
        graph('Compliant, percent of what was judged', [latest('CompliantPercent')]),
      ],
      [
        graph(
          'Runs',
          ended.map((name) => executions([name], parts.stateMachineArns, HOUR)),
        ),
        graph('Seconds of a full run', [latest('RunSeconds')]),
      ],
      [
        graph('Runs stopped, and enforce held by a wave gate', [
          metric('RunsStopped', HOUR),
          metric('EnforceHeld', HOUR, 'Maximum'),
        ]),
      ],
      [
        graph('Changes', [metric('ChangesApplied', HOUR), metric('ChangesFailed', HOUR)]),
        graph('Throttled calls, and targets left to a later pass', [
          metric('ThrottledCalls', HOUR),
          metric('Deferred', HOUR),
        ]),
      ],
    ],
  });
}
