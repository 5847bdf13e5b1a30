/**
 * The operator account's side of account events: a bus that takes them from the management account alone, rules
 * that match them again, a queue that collects them for a minute, and the function that starts one run for all
 * accounts of that minute. What fails for good waits in a queue (docs/adr/0025).
 */
import { Aws, Duration } from 'aws-cdk-lib';
import { CfnEventBusPolicy, EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { CfnEventSourceMapping, type Function as Handler } from 'aws-cdk-lib/aws-lambda';
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
  senders: { managementAccountId: string; organizationId: string; forwarder: string | null },
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
  if (senders.forwarder !== null) {
    // The forwarder of any member, and nothing else of it: whoever sends may only say where to look.
    new CfnEventBusPolicy(scope, 'MemberEventsPolicy', {
      eventBusName: bus.eventBusName,
      statementId: 'Members',
      statement: {
        Effect: 'Allow',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: bus.eventBusArn,
        Condition: {
          StringEquals: { 'aws:PrincipalOrgID': senders.organizationId },
          ArnLike: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::*:role/${senders.forwarder}` },
        },
      },
    });
  }
  return bus;
}

/** Events of this long start one run together. */
const COLLECTING = Duration.seconds(60);
/** EventBridge's events have some 2 KB, an invocation takes 6 MB. */
const MOST_EVENTS = 1_000;
const TRIES = 3;

/** Rules, a queue that collects, and its function; whatever is not delivered or fails three times ends in the queue. */
export function connectAccountEvents(
  scope: Construct,
  parts: {
    bus: EventBus;
    queue: Queue;
    handler: Handler;
    deadLetters: Queue;
    managementAccountId: string;
    /** Patterns of members' events; none where they are not taken. */
    memberPatterns: Record<string, EventPattern>;
  },
): void {
  const { bus, queue, handler, deadLetters, managementAccountId } = parts;
  const ofManagement: Record<string, EventPattern> = { ...ORGANIZATION_EVENTS, ...CONTROL_TOWER_EVENTS };
  const patterns = [
    ...Object.entries(ofManagement).map(([id, pattern]): [string, EventPattern] => [
      id,
      { account: [managementAccountId], ...pattern },
    ]),
    // No one can put events of AWS's own sources (EventBridge API reference, PutEvents), so the member's account is the envelope's.
    ...Object.entries(parts.memberPatterns),
  ];
  for (const [id, eventPattern] of patterns) {
    new Rule(scope, id, {
      eventBus: bus,
      description: `dhmc-rollout: ${id} starts a run for that account`,
      eventPattern,
      targets: [
        new SqsQueue(queue, { deadLetterQueue: deadLetters, maxEventAge: EVENT_AGE, retryAttempts: 185 }),
      ],
    });
  }
  // The resource itself: the construct would add another policy to the role.
  new CfnEventSourceMapping(scope, 'OnAccountEventMessages', {
    functionName: handler.functionName,
    eventSourceArn: queue.queueArn,
    batchSize: MOST_EVENTS,
    maximumBatchingWindowInSeconds: COLLECTING.toSeconds(),
    functionResponseTypes: ['ReportBatchItemFailures'],
    // Two is the least; events that are collected at the same time by two start two runs.
    scalingConfig: { maximumConcurrency: 2 },
  });
}

/** At least six times as long invisible as the function may take, besides the window (Lambda guide, "Using Lambda with Amazon SQS"). */
export function createEventQueue(scope: Construct, deadLetters: Queue, functionTimeout: Duration): Queue {
  return new Queue(scope, 'AccountEventQueue', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: EVENT_AGE,
    visibilityTimeout: Duration.seconds(functionTimeout.toSeconds() * 6 + COLLECTING.toSeconds()),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: TRIES },
  });
}
