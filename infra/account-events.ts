/**
 * The operator account's side of account events: a bus that takes them from the management account alone, rules
 * that match them again, and the function that starts a run for the one account. What fails for good waits in a
 * queue (docs/adr/0025).
 */
import { Aws, Duration } from 'aws-cdk-lib';
import { CfnEventBusPolicy, EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnEventInvokeConfig, type Function as Handler } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { CONTROL_TOWER_EVENTS, ORGANIZATION_EVENTS } from './event-patterns.ts';
import { EVENT_BUS } from './operator-names.ts';

/** A day: by then the sweep has seen the account. */
export const EVENT_AGE = Duration.days(1);

/** Messages are account ids in events of AWS: kept long enough for a long week-end. */
export function createDeadLetterQueue(scope: Construct, id: string): Queue {
  return new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
}

export function createEventBus(
  scope: Construct,
  senders: { managementAccountId: string; organizationId: string },
): EventBus {
  const bus = new EventBus(scope, 'AccountEvents', {
    eventBusName: EVENT_BUS,
    description: 'dhmc-rollout: accounts that come, move and go, from the management account',
  });
  // EventBridge user guide, "Permissions for event buses": a statement for one account, within one organization.
  new CfnEventBusPolicy(scope, 'AccountEventsPolicy', {
    eventBusName: bus.eventBusName,
    statementId: 'ManagementAccount',
    statement: {
      Effect: 'Allow',
      Principal: { AWS: `arn:${Aws.PARTITION}:iam::${senders.managementAccountId}:root` },
      Action: 'events:PutEvents',
      Resource: bus.eventBusArn,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': senders.organizationId } },
    },
  });
  return bus;
}

/** Rules and their function; whatever is not delivered or fails three times ends in the queue. */
export function connectAccountEvents(
  scope: Construct,
  parts: { bus: EventBus; handler: Handler; deadLetters: Queue; managementAccountId: string },
): void {
  const { bus, handler, deadLetters, managementAccountId } = parts;
  for (const [id, pattern] of Object.entries({ ...ORGANIZATION_EVENTS, ...CONTROL_TOWER_EVENTS })) {
    new Rule(scope, id, {
      eventBus: bus,
      description: `dhmc-rollout: ${id} starts a run for that account`,
      eventPattern: { account: [managementAccountId], ...pattern },
      targets: [
        new LambdaFunction(handler, {
          deadLetterQueue: deadLetters,
          maxEventAge: EVENT_AGE,
          retryAttempts: 185,
        }),
      ],
    });
  }
  // Lambda user guide, "Asynchronous invocation": two more tries, a minute and two minutes later.
  new CfnEventInvokeConfig(scope, 'OnAccountEventInvocations', {
    functionName: handler.functionName,
    qualifier: '$LATEST',
    maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
    maximumRetryAttempts: 2,
    destinationConfig: { onFailure: { destination: deadLetters.queueArn } },
  });
}
