/** The sweep: EventBridge Scheduler starts one of the two state machines as the configuration says. */
import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Lane } from './operator-names.ts';

const GROUP = 'dhmc-rollout';

export function createSchedule(
  scope: Construct,
  settings: { mode: Lane; stateMachineArn: string; expression: string },
): CfnSchedule {
  const group = new CfnScheduleGroup(scope, 'ScheduleGroup', { name: GROUP });
  const groupArn = Stack.of(scope).formatArn({
    service: 'scheduler',
    resource: 'schedule-group',
    resourceName: GROUP,
  });
  const role = new Role(scope, 'ScheduleRole', {
    description: `dhmc-rollout: starts ${settings.mode} runs`,
    // Scheduler guide, "Confused deputy prevention": the source is the schedule's group.
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': groupArn } },
    }),
    inlinePolicies: {
      'dhmc-rollout': new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'StartScheduledRun',
            actions: ['states:StartExecution'],
            resources: [settings.stateMachineArn],
          }),
        ],
      }),
    },
  });
  const schedule = new CfnSchedule(scope, 'Schedule', {
    groupName: GROUP,
    description: `dhmc-rollout: ${settings.mode} the organization`,
    scheduleExpression: settings.expression,
    scheduleExpressionTimezone: 'UTC',
    flexibleTimeWindow: { mode: 'OFF' },
    target: {
      arn: settings.stateMachineArn,
      roleArn: role.roleArn,
      input: JSON.stringify({ mode: settings.mode, trigger: 'schedule' }),
      // A sweep that could not be started within the hour is the next one's work.
      retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
    },
  });
  schedule.addResourceDependency(group);
  return schedule;
}
