/**
 * The management account's side of account events: rules that forward them to the operator account's bus. One
 * stack in the partition's Region of Organizations; where Control Tower's home is another Region, one there too.
 */
import { Aws, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as BusTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { createDeadLetterQueue } from './account-events.ts';
import { ALARMS, EVENT_BUS } from './operator-names.ts';

export interface EventsStackProps extends StackProps {
  operatorAccountId: string;
  operatorRegion: string;
  patterns: Record<string, EventPattern>;
}

export class EventsStack extends Stack {
  constructor(scope: Construct, id: string, props: EventsStackProps) {
    super(scope, id, props);
    const { operatorAccountId, operatorRegion, patterns } = props;
    const busArn = `arn:${Aws.PARTITION}:events:${operatorRegion}:${operatorAccountId}:event-bus/${EVENT_BUS}`;
    const bus = EventBus.fromEventBusArn(this, 'OperatorBus', busArn);
    const role = new Role(this, 'ForwarderRole', {
      description: 'dhmc-rollout: forwards account events to the operator account',
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        'dhmc-rollout': new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'ForwardAccountEvents',
              actions: ['events:PutEvents'],
              resources: [busArn],
            }),
          ],
        }),
      },
    });
    const deadLetters = createDeadLetterQueue(this, 'DeadLetters');
    for (const [name, eventPattern] of Object.entries(patterns)) {
      new Rule(this, name, {
        description: `dhmc-rollout: ${name}, forwarded to ${operatorAccountId}`,
        eventPattern,
        targets: [new BusTarget(bus, { role: role.withoutPolicyUpdates(), deadLetterQueue: deadLetters })],
      });
    }
    // No action: the topic is the operator account's, and the sweep makes good what is lost here.
    new Alarm(this, 'ForwardingFailed', {
      alarmName: ALARMS.forwardingFailed,
      alarmDescription: `Account events do not reach the operator account. docs/runbook.md, ${ALARMS.forwardingFailed}`,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
