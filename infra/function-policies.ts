/**
 * What each function of the operator account may do, from what its handler calls. Each statement has a row in
 * docs/permissions.md, by its Sid. `dynamodb:LeadingKeys` keeps a function to its kind of partition: accounts
 * or runs (functions/store/keys.ts).
 */

import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import {
  ENFORCE_LEASE_PARTITION,
  HOLD_PARTITION,
  OWN_TAGS_PARTITION,
  RUNS_INDEX_KEY,
} from '../functions/store/keys.ts';
import { RUNS_INDEX } from '../functions/store/table-definition.ts';
import type { HandlerName } from './handlers.ts';
import { type Lane, STATE_MACHINES } from './operator-names.ts';
import { ORGANIZATION_READS } from './organization-reads.ts';
import { FINDINGS_FILE, ownProductArn } from './reports.ts';

export interface Resources {
  tableArn: string;
  bucketArn: string;
  configurationKey: string;
  /** Names of the member roles. */
  reader: string;
  writer: string;
  /** Signs the sums of reports; null where nothing does. */
  reportKeyArn: string | null;
  /** Takes imports of findings that failed; null where there are none. */
  deadLettersArn: string | null;
  /** Whether runs write every instance (`fleet: record`). */
  fleet: boolean;
  topicArn: string;
  /** Whether the topic is the stack's, which no key of a customer encrypts. */
  ownTopic: boolean;
  /** Where account events are taken: the machine that they start, and the queue that collects them. */
  events: { stateMachineArn: string; queueArn: string } | null;
}

const RUNS = 'RUN#*';
const ACCOUNTS = 'ACCOUNT#*';
const CONTROL = 'CONTROL';

export function functionStatements(
  handler: HandlerName,
  lane: Lane | 'both',
  resources: Resources,
): PolicyStatement[] {
  const { tableArn, bucketArn } = resources;
  const items = (sid: string, keys: string, actions: string[]) =>
    allow({
      sid,
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [keys] } },
    });
  const objects = (sid: string, action: 'GetObject' | 'PutObject' | 'AbortMultipartUpload', keys: string[]) =>
    allow({ sid, actions: [`s3:${action}`], resources: keys.map((key) => `${bucketArn}/${key}`) });
  // Without it S3 answers 403 for an object that is not there (S3 API reference, GetObject).
  const listing = allow({ sid: 'SeeMissingArtifacts', actions: ['s3:ListBucket'], resources: [bucketArn] });

  switch (handler) {
    case 'start-run':
      return [
        ...readOrganization(),
        ...findEarlierRuns(items, tableArn),
        items('CreateRun', RUNS, ['PutItem']),
        items('ReadOwnTags', OWN_TAGS_PARTITION, ['GetItem']),
        allow({ sid: 'ReadConcurrencyQuota', actions: ['lambda:GetAccountSettings'], resources: ['*'] }),
        // The assess machine changes nothing, so nothing holds it.
        ...(lane === 'assess'
          ? []
          : [
              items('ReadEarlierRun', RUNS, ['GetItem']),
              items('ReadKillSwitch', CONTROL, ['GetItem']),
              items('ReadHold', HOLD_PARTITION, ['GetItem']),
              items('RecordOwnTags', OWN_TAGS_PARTITION, ['UpdateItem']),
              items('TakeEnforceLease', ENFORCE_LEASE_PARTITION, ['GetItem', 'PutItem']),
              allow({
                sid: 'SeeWhetherRunIsAtWork',
                actions: ['states:DescribeExecution'],
                resources: [executionsOf('enforce')],
              }),
              objects('ReadRunArtifacts', 'GetObject', ['runs/*/manifests/*', 'runs/*/accounts/*']),
            ]),
        objects('ReadConfiguration', 'GetObject', [resources.configurationKey]),
        ...(lane === 'enforce' ? [objects('ReadPlan', 'GetObject', ['plans/*'])] : []),
        // An invocation is too short for the tags of ten thousand accounts: the next one continues.
        objects('ReadTagsAndUnits', 'GetObject', ['runs/*/account-tags.json', 'runs/*/unit-names.json']),
        objects('WriteRunArtifacts', 'PutObject', [
          'runs/*/account-tags.json',
          'runs/*/unit-names.json',
          'runs/*/configuration.json',
          'runs/*/resource-controls.json',
          'runs/*/manifests/*',
          'runs/*/plans/*',
        ]),
        listing,
      ];
    case 'next-batch':
      return [
        items('ReadAndUpdateRun', RUNS, ['GetItem', 'PutItem']),
        items('ReadAccounts', ACCOUNTS, ['BatchGetItem', 'GetItem']),
        items('ReadKillSwitch', CONTROL, ['GetItem']),
        // Only people delete a hold: whoever could start a run would otherwise undo what stopped the last one.
        items('CreateHold', HOLD_PARTITION, ['GetItem', 'PutItem']),
        items('RenewEnforceLease', ENFORCE_LEASE_PARTITION, ['GetItem', 'PutItem', 'DeleteItem']),
        objects('ReadRunArtifacts', 'GetObject', [
          'runs/*/configuration.json',
          'runs/*/manifests/*',
          'runs/*/accounts/*',
          'runs/*/after/*',
        ]),
        objects('WriteManifests', 'PutObject', ['runs/*/manifests/*']),
        listing,
      ];
    case 'reconcile-account':
      return [
        ...enterMembers(lane, resources),
        items('ReadRun', RUNS, ['GetItem']),
        items('RecordAccount', ACCOUNTS, ['GetItem', 'Query', 'PutItem', 'BatchWriteItem']),
        items('ReserveBudget', RUNS, ['UpdateItem']),
        items('RecordNeeds', ACCOUNTS, ['UpdateItem']),
        ...(lane === 'assess'
          ? []
          : [
              items('LeaseAndJournal', ACCOUNTS, ['UpdateItem']),
              items('ReadKillSwitch', CONTROL, ['GetItem']),
              items('ReadHold', HOLD_PARTITION, ['GetItem']),
              objects('ReadInstancesBefore', 'GetObject', ['runs/*/before/*']),
              objects('WriteLooksAtInstances', 'PutObject', ['runs/*/before/*', 'runs/*/after/*']),
            ]),
        objects('ReadRunArtifacts', 'GetObject', [
          'runs/*/configuration.json',
          'runs/*/resource-controls.json',
          // Who takes part in the run decides on shared VPCs.
          'runs/*/manifests/*',
          'runs/*/accounts/*',
          'runs/*/plans/*',
        ]),
        objects('WriteAccountResults', 'PutObject', ['runs/*/accounts/*', 'runs/*/plans/*']),
        // A later pass of a run keeps the lines of Regions that it does not look at.
        ...(resources.fleet
          ? [objects('ReadFleet', 'GetObject', ['fleet/*']), objects('WriteFleet', 'PutObject', ['fleet/*'])]
          : []),
        listing,
      ];
    case 'finish-run':
      return [
        items('ReadAndUpdateRun', RUNS, ['GetItem', 'PutItem']),
        items('ReadCrashes', ACCOUNTS, ['GetItem']),
        ...findEarlierRuns(items, tableArn),
        items('ReadAccounts', ACCOUNTS, ['BatchGetItem']),
        items('CloseAccount', ACCOUNTS, ['GetItem', 'Query', 'UpdateItem']),
        items('ReleaseEnforceLease', ENFORCE_LEASE_PARTITION, ['DeleteItem']),
        allow({ sid: 'NotifyRunEnd', actions: ['sns:Publish'], resources: [resources.topicArn] }),
        ...(resources.ownTopic ? [] : [encryptForTopic(resources.topicArn)]),
        objects('ReadRunArtifacts', 'GetObject', [
          'runs/*/configuration.json',
          'runs/*/manifests/*',
          'runs/*/accounts/*',
          'runs/*/after/*',
        ]),
        objects('WriteRunResult', 'PutObject', [
          'runs/*/result.json',
          'runs/*/summary.json',
          'runs/*/accounts/*',
        ]),
        objects('ReadSummaries', 'GetObject', ['runs/*/summary.json']),
        objects('WriteReports', 'PutObject', ['reports/*']),
        objects('AbortUploads', 'AbortMultipartUpload', ['runs/*/result.json', 'reports/*']),
        ...(resources.reportKeyArn === null
          ? []
          : [allow({ sid: 'SignReports', actions: ['kms:Sign'], resources: [resources.reportKeyArn] })]),
        listing,
      ];
    case 'import-findings':
      return [
        objects('ReadFindings', 'GetObject', [`reports/*/${FINDINGS_FILE}`]),
        allow({
          sid: 'ImportFindings',
          actions: ['securityhub:BatchImportFindings'],
          resources: [ownProductArn()],
        }),
        ...(resources.deadLettersArn === null
          ? []
          : [
              allow({
                sid: 'KeepFailedImports',
                actions: ['sqs:SendMessage'],
                resources: [resources.deadLettersArn],
              }),
            ]),
      ];
    case 'on-account-event':
      return [
        items('CloseAccount', ACCOUNTS, ['GetItem', 'Query', 'UpdateItem']),
        ...(resources.events === null
          ? []
          : [
              allow({
                sid: 'StartEventRun',
                actions: ['states:StartExecution'],
                resources: [resources.events.stateMachineArn],
              }),
              allow({
                sid: 'CollectEvents',
                actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
                resources: [resources.events.queueArn],
              }),
            ]),
      ];
  }
}

/** The writer is entered by the enforce lane alone: whoever may start assess can't enforce. */
function enterMembers(lane: Lane | 'both', { reader, writer }: Resources): PolicyStatement[] {
  const enter = (sid: string, role: string) =>
    allow({
      sid,
      actions: ['sts:AssumeRole'],
      resources: [`arn:${Aws.PARTITION}:iam::*:role/${role}`],
      // The role's organization is the caller's own, whichever that is.
      conditions: { StringEquals: { 'aws:ResourceOrgID': `\${aws:PrincipalOrgID}` } },
    });
  return lane === 'enforce'
    ? [enter('EnterMembersAsReader', reader), enter('EnterMembersAsWriter', writer)]
    : [enter('EnterMembersAsReader', reader)];
}

function executionsOf(lane: Lane): string {
  return `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${STATE_MACHINES[lane]}:*`;
}

type Items = (sid: string, keys: string, actions: string[]) => PolicyStatement;

function findEarlierRuns(items: Items, tableArn: string): PolicyStatement[] {
  return [
    allow({
      sid: 'FindEarlierRuns',
      actions: ['dynamodb:Query'],
      resources: [`${tableArn}/index/${RUNS_INDEX}`],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [RUNS_INDEX_KEY] } },
    }),
    items('ReadEarlierRuns', RUNS, ['BatchGetItem']),
  ];
}

function readOrganization(): PolicyStatement[] {
  return [
    allow({
      sid: 'ReadOrganization',
      actions: [...ORGANIZATION_READS],
      resources: ['*'],
    }),
    allow({
      sid: 'ReadRegions',
      actions: ['account:ListRegions'],
      resources: [`arn:${Aws.PARTITION}:account::${Aws.ACCOUNT_ID}:account`],
    }),
    allow({ sid: 'DescribeRegions', actions: ['ec2:DescribeRegions'], resources: ['*'] }),
  ];
}

function allow(statement: PolicyStatementProps): PolicyStatement {
  return new PolicyStatement(statement);
}

/**
 * Publishing to an encrypted topic needs both actions of its key (SNS developer guide, "Key management"), whose ARN the
 * topic's does not name. So it is any key of the topic's account, through SNS and for that topic alone
 * (`kms:EncryptionContext:aws:sns:topicArn`); the key's policy has to allow it too.
 */
function encryptForTopic(topicArn: string): PolicyStatement {
  const [, , , region] = topicArn.split(':');
  return allow({
    sid: 'EncryptForTopic',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [keysOfTopic(topicArn)],
    conditions: {
      // In China the name ends in `.cn`.
      StringLike: { 'kms:ViaService': `sns.${region}.amazonaws.com*` },
      StringEquals: { 'kms:EncryptionContext:aws:sns:topicArn': topicArn },
    },
  });
}

/** Every key of the topic's account and Region. */
export function keysOfTopic(topicArn: string): string {
  const [, partition, , region, account] = topicArn.split(':');
  return `arn:${partition}:kms:${region}:${account}:key/*`;
}
