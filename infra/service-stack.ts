/** The operator account's stack: everything that runs the service (docs/spec/design.md, "Stacks"). */

import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { memberRoleName } from '../functions/core/member-role.ts';
import {
  connectAccountEvents,
  createDeadLetterQueue,
  createEventBus,
  createEventQueue,
} from './account-events.ts';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import type { Resources } from './function-policies.ts';
import { createFunction, type FunctionSettings, output, SIZES } from './functions.ts';
import { addLastSteps, CONFIGURATION_KEY } from './last-steps.ts';
import { globalPatterns, regionalPatterns } from './member-event-patterns.ts';
import { FORWARDER_ROLE, type Lane, RECONCILE_ROLES } from './operator-names.ts';
import { ALL_FORMATS, connectSecurityHub, createReportKey } from './reports.ts';
import { createSchedule } from './schedule.ts';
import { runMissingHours } from './schedule-gap.ts';
import { type Settings, SettingsError } from './settings.ts';
import { createStateMachine } from './state-machines.ts';
import { createArtifactBucket, createTable } from './storage.ts';
import { createTopic } from './topic.ts';

export interface ServiceStackProps extends StackProps {
  settings: Settings;
  /** Folder with the bundled handlers (bundle.ts). */
  bundle: string;
}

export class ServiceStack extends Stack {
  readonly memberRoleNames: { reader: string; writer: string };
  /** The configuration's topic; null: the stack has its own. */
  readonly foreignTopicArn: string | null;
  /** Runs write every instance (`fleet: record`). */
  readonly recordsFleet: boolean;

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const { configuration } = settings;
    this.memberRoleNames = {
      reader: memberRoleName(configuration, 'reader'),
      writer: memberRoleName(configuration, 'writer'),
    };
    this.foreignTopicArn = configuration.notifications.topicArn;
    this.recordsFleet = configuration.fleet === 'record';
    const table = createTable(this);
    const bucket = createArtifactBucket(this);

    const topic = createTopic(this, configuration.notifications.topicArn);
    const events = this.eventSenders(settings);
    const hub = settings.securityHub === 'on';
    const deadLetters = events === null && !hub ? null : createDeadLetterQueue(this, 'DeadLetters');
    const reportKey = settings.signReports === 'on' ? createReportKey(this) : null;

    const code = Code.fromAsset(props.bundle);
    const add = (
      each: Pick<FunctionSettings, 'id' | 'handler' | 'lane' | 'roleName'>,
      modes = '',
      more: { environment?: Record<string, string>; events?: Resources['events'] } = {},
    ) =>
      createFunction(this, {
        ...each,
        code,
        resources: {
          tableArn: table.attrArn,
          bucketArn: bucket.bucketArn,
          configurationKey: CONFIGURATION_KEY,
          ...this.memberRoleNames,
          fleet: this.recordsFleet,
          topicArn: topic.topicArn,
          ownTopic: this.foreignTopicArn === null,
          reportKeyArn: reportKey?.keyArn ?? null,
          deadLettersArn: deadLetters?.queueArn ?? null,
          events: more.events ?? null,
        },
        environment: {
          TABLE_NAME: table.ref,
          ARTIFACT_BUCKET: bucket.bucketName,
          CONFIGURATION_KEY,
          LOG_LEVEL: 'INFO',
          ...(modes === '' ? {} : { ALLOWED_MODES: modes }),
          ...more.environment,
        },
      });

    const nextBatch = add({ id: 'NextBatch', handler: 'next-batch', lane: 'both' });
    const finishRun = add({ id: 'FinishRun', handler: 'finish-run', lane: 'both' }, '', {
      environment: {
        TOPIC_ARN: topic.topicArn,
        REPORT_FORMATS: ALL_FORMATS,
        ...(reportKey ? { REPORT_KEY_ID: reportKey.keyArn } : {}),
      },
    });
    // What decides about the mode, and what acts on it, each machine has for itself.
    const addMachine = (lane: Lane, prefix: string, modes: string) =>
      createStateMachine(this, {
        lane,
        functions: {
          startRunFunction: add({ id: `${prefix}StartRun`, handler: 'start-run', lane }, modes),
          nextBatchFunction: nextBatch,
          reconcileAccountFunction: add(
            {
              id: `${prefix}Reconcile`,
              handler: 'reconcile-account',
              lane,
              roleName: RECONCILE_ROLES[lane],
            },
            modes,
          ),
          finishRunFunction: finishRun,
        },
        table: { name: table.ref, arn: table.attrArn },
        bucketArn: bucket.bucketArn,
        childExecutionType: settings.childExecutionType,
      });
    const machines = {
      assess: addMachine('assess', 'Assess', 'assess'),
      enforce: addMachine('enforce', 'Enforce', 'assess,enforce,rollback'),
    };

    if (events !== null && deadLetters !== null) {
      const stateMachineArn = machines[events.mode].ref;
      const timeout = Duration.seconds(SIZES['on-account-event'].seconds);
      const takesMembers = configuration.events.members === 'on';
      const forwarder = `${configuration.memberRole.path}${FORWARDER_ROLE}`.slice(1);
      const queue = createEventQueue(this, deadLetters, timeout);
      connectAccountEvents(this, {
        bus: createEventBus(this, { ...events, forwarder: takesMembers ? forwarder : null }),
        queue,
        handler: add({ id: 'OnAccountEvent', handler: 'on-account-event', lane: 'both' }, '', {
          environment: {
            STATE_MACHINE_ARN: stateMachineArn,
            EVENT_MODE: events.mode,
            ...(takesMembers ? { WRITER_ROLE: configuration.memberRole.writer } : {}),
          },
          events: { stateMachineArn, queueArn: queue.queueArn },
        }),
        deadLetters,
        managementAccountId: events.managementAccountId,
        memberPatterns: takesMembers
          ? { ...regionalPatterns(configuration), ...globalPatterns(configuration) }
          : {},
      });
    }

    if (hub && deadLetters !== null) {
      const handler = add({ id: 'ImportFindings', handler: 'import-findings', lane: 'both' });
      connectSecurityHub(this, { bucket, handler, deadLetters });
    }

    const stateMachineArns = [machines.assess.ref, machines.enforce.ref];
    const alarms = createAlarms(this, {
      stateMachineArns,
      schedule: settings.scheduledMode === 'off' ? null : configuration.schedule,
      deadLetters:
        deadLetters === null
          ? null
          : { queue: deadLetters, accountEvents: events !== null, securityHub: hub },
      topic,
    });
    createDashboard(this, { alarms, stateMachineArns });

    const deployed = addLastSteps(this, {
      table,
      bucket,
      configurationText: settings.configurationText,
      watchedSchedule:
        settings.scheduledMode === 'off' || runMissingHours(configuration.schedule) === null
          ? null
          : configuration.schedule,
      after: this.node.children.filter((each) => each !== table && each !== bucket),
    });
    if (settings.scheduledMode !== 'off') {
      const schedule = createSchedule(this, {
        mode: settings.scheduledMode,
        stateMachineArn: machines[settings.scheduledMode].ref,
        expression: configuration.schedule,
      });
      // A new schedule may start a run at once.
      schedule.node.addDependency(deployed);
    }

    output(this, 'TopicArn', 'Alarms and the ends of runs: subscribe to it', topic.topicArn);
    output(this, 'AssessStateMachine', 'dhmc run --mode assess --state-machine ...', machines.assess.ref);
    output(this, 'EnforceStateMachine', 'dhmc run --mode enforce --state-machine ...', machines.enforce.ref);
    output(this, 'TableName', 'Latest state of each target, runs, journal', table.ref);
    output(this, 'ArtifactBucketName', 'Full results of each run', bucket.bucketName);
  }

  /** Account events are taken only where it is known who may send them. */
  private eventSenders({ configuration, managementAccountId, organizationId, accountEventMode }: Settings) {
    if (
      configuration.events.members === 'on' &&
      (accountEventMode === 'off' || managementAccountId === undefined)
    ) {
      throw new SettingsError(
        'events.members: on needs account events; give the context managementAccount and organizationId, and an accountEventMode that is not off',
      );
    }
    if (accountEventMode === 'off' || managementAccountId === undefined) return null;
    if (organizationId === undefined) {
      throw new SettingsError(
        'context organizationId: missing; account events need it beside managementAccount',
      );
    }
    return { managementAccountId, organizationId, mode: accountEventMode };
  }
}
