/**
 * Whether sessions on instances that use DHMC can be logged and encrypted as the Region's session preferences ask. The agent
 * itself uploads the log and decrypts, with the credentials that it has: the DHMC role's policy allows neither.
 *
 * Sources: Systems Manager user guide, session-manager-schema (fields of the document),
 * getting-started-create-iam-instance-profile ("logs:CreateLogStream, PutLogEvents, DescribeLogGroups,
 * DescribeLogStreams", "s3:PutObject" on bucket and prefix, "s3:GetEncryptionConfiguration"; "The kms:Decrypt permission enables
 * customer key encryption and decryption for session data"). Not visible from here: policies of the bucket and
 * the key, and the key of the bucket, which takes kms:GenerateDataKey where it is the customer's.
 */

import type { Region } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import type { OptionalService } from '../network/needed-names.ts';
import { isObject } from '../shape.ts';

/** Name of the document that holds a Region's preferences. */
export const SESSION_PREFERENCES_DOCUMENT = 'SSM-SessionManagerRunShell';

export type LoggingService = OptionalService;

/** What the document asks for; null where it asks for nothing of that kind. */
export interface SessionPreferences {
  s3: { bucket: string; prefix: string; encrypted: boolean } | null;
  logs: { group: string; encrypted: boolean; streaming: boolean } | null;
  kmsKeyId: string | null;
}

/** An action on the resource that it would be called for. */
export interface WantedGrant {
  service: LoggingService;
  action: string;
  resource: string;
}

export interface SessionLoggingObservation {
  preferences: SessionPreferences;
  /** The role that DHMC gives credentials of. */
  roleArn: string;
  /** Of `wantedGrants`, those that the role has. */
  granted: Read<WantedGrant[]>;
}

/** @returns null where the content is no session document. */
export function parseSessionPreferences(content: string): SessionPreferences | null {
  const inputs = inputsOf(content);
  if (!inputs) return null;
  const text = (key: string) => (typeof inputs[key] === 'string' ? inputs[key].trim() : '');
  // The console writes booleans, hand-written documents also the word.
  const flag = (key: string) => inputs[key] === true || inputs[key] === 'true';
  const bucket = text('s3BucketName');
  const group = text('cloudWatchLogGroupName');
  return {
    s3:
      bucket === ''
        ? null
        : { bucket, prefix: text('s3KeyPrefix').replace(/\/+$/, ''), encrypted: flag('s3EncryptionEnabled') },
    logs:
      group === ''
        ? null
        : {
            group,
            encrypted: flag('cloudWatchEncryptionEnabled'),
            streaming: flag('cloudWatchStreamingEnabled'),
          },
    kmsKeyId: text('kmsKeyId') || null,
  };
}

function inputsOf(content: string): Record<string, unknown> | null {
  try {
    const document: unknown = JSON.parse(content);
    return isObject(document) && isObject(document.inputs) ? document.inputs : null;
  } catch {
    return null;
  }
}

export function servicesOf({ s3, logs, kmsKeyId }: SessionPreferences): LoggingService[] {
  return [
    ...(s3 ? ['s3' as const] : []),
    ...(logs ? ['logs' as const] : []),
    ...(kmsKeyId ? ['kms' as const] : []),
  ];
}

export interface LoggingPlace {
  partition: string;
  region: Region;
  accountId: string;
}

/**
 * What the role has to be allowed, on concrete resources as the agent would name them. Of a key named by
 * its alias nothing is asked: policies hold the key's own ARN.
 */
export function wantedGrants(preferences: SessionPreferences, place: LoggingPlace): WantedGrant[] {
  const { s3, logs, kmsKeyId } = preferences;
  const { partition, region, accountId } = place;
  const grants: WantedGrant[] = [];
  if (s3) {
    const bucket = `arn:${partition}:s3:::${s3.bucket}`;
    const key = [s3.prefix, 'session.log'].filter((part) => part !== '').join('/');
    grants.push({ service: 's3', action: 's3:PutObject', resource: `${bucket}/${key}` });
    if (s3.encrypted)
      grants.push({ service: 's3', action: 's3:GetEncryptionConfiguration', resource: bucket });
  }
  if (logs) {
    const groups = `arn:${partition}:logs:${region}:${accountId}:log-group`;
    const stream = `${groups}:${logs.group}:log-stream:session`;
    grants.push(
      { service: 'logs', action: 'logs:DescribeLogGroups', resource: `${groups}::log-stream:` },
      { service: 'logs', action: 'logs:DescribeLogStreams', resource: `${groups}:${logs.group}:log-stream:` },
      { service: 'logs', action: 'logs:CreateLogStream', resource: stream },
      { service: 'logs', action: 'logs:PutLogEvents', resource: stream },
    );
  }
  const key = kmsKeyId && keyArn(kmsKeyId, place);
  if (key) grants.push({ service: 'kms', action: 'kms:Decrypt', resource: key });
  return grants;
}

function keyArn(keyId: string, { partition, region, accountId }: LoggingPlace): string | null {
  if (/^arn:[^:]+:kms:[^:]+:\d{12}:key\//.test(keyId)) return keyId;
  if (/(^|:)alias\//.test(keyId)) return null;
  return `arn:${partition}:kms:${region}:${accountId}:key/${keyId}`;
}

/** A subnet with instances that has no way to a service that logging needs. */
export interface LoggingGap {
  vpcId: string;
  subnetId: string;
  service: LoggingService;
  /** Whether central endpoints were looked for: not where the VPC's own endpoints settled the path. */
  centralSeen: boolean;
}

export interface SessionLogging {
  /** Where sessions are to be logged, and with which key. */
  asked: string[];
  /** What is in the way, a sentence each. Empty: nothing that can be seen. */
  blocked: string[];
  /** What is not known, a sentence each: it may be in the way or not. */
  open: string[];
}

export function judgeSessionLogging(
  { preferences, roleArn, granted }: SessionLoggingObservation,
  place: LoggingPlace,
  gaps: LoggingGap[],
): SessionLogging {
  const role = roleArn.split('/').at(-1) ?? roleArn;
  return {
    asked: askedOf(preferences),
    blocked: [...lackingSentences(wantedGrants(preferences, place), granted, role), ...gapSentences(gaps)],
    open: openSentences(granted, role),
  };
}

function askedOf({ s3, logs, kmsKeyId }: SessionPreferences): string[] {
  return [
    ...(s3 ? [`S3 bucket ${s3.bucket}${s3.prefix ? `, below ${s3.prefix}/` : ''}`] : []),
    ...(logs ? [`log group ${logs.group}${logs.streaming ? ', streamed' : ''}`] : []),
    ...(kmsKeyId ? [`encryption with key ${kmsKeyId}`] : []),
  ];
}

function lackingSentences(wanted: WantedGrant[], granted: Read<WantedGrant[]>, role: string): string[] {
  if (granted.kind !== 'value') return [];
  const has = new Set(granted.value.map(({ action, resource }) => `${action} ${resource}`));
  const lacking = wanted.filter(({ action, resource }) => !has.has(`${action} ${resource}`));
  return (['s3', 'logs', 'kms'] as const).flatMap((service) => {
    const some = lacking.filter((grant) => grant.service === service);
    if (some.length === 0) return [];
    const actions = some.map(({ action }) => action).join(', ');
    return [`${role} lacks ${actions} on ${some[0]?.resource}, so ${FAILS[service]}.`];
  });
}

function openSentences(granted: Read<WantedGrant[]>, role: string): string[] {
  switch (granted.kind) {
    case 'value':
      return [];
    case 'absent':
      return [`${role} does not exist, so what it may log is not known.`];
    case 'failed': {
      const { action, code } = granted.failure;
      return [`Whether ${role} may log sessions could not be read: ${action} failed with ${code}.`];
    }
  }
}

/**
 * An encrypted session does not start without the key (user guide, session-preferences-enable-encryption, in substance;
 * not verified).
 */
const FAILS: Record<LoggingService, string> = {
  s3: 'logs of sessions do not reach the bucket',
  logs: 'logs of sessions do not reach the log group',
  kms: 'sessions do not start, since both ends must use the key',
};

const CURE: Record<LoggingService, string> = {
  s3: 'an S3 gateway endpoint in its route table, free of charge',
  logs: 'an interface endpoint for logs with private DNS',
  kms: 'an interface endpoint for kms with private DNS',
};

function gapSentences(gaps: LoggingGap[]): string[] {
  return [...Map.groupBy(gaps, ({ vpcId, service }) => `${vpcId} ${service}`).values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const subnets = alike
      .map(({ subnetId }) => subnetId)
      .sort()
      .join(', ');
    return [
      `${first.vpcId}: ${subnets} ${alike.length === 1 ? 'has' : 'have'} no path to ${first.service}, so ${FAILS[first.service]}; it takes ${CURE[first.service]}${first.centralSeen ? '' : ' (central endpoints were not looked for)'}.`,
    ];
  });
}
