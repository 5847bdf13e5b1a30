/**
 * Settings of a deployment: dhmc.deployment.yaml (deployment-file.ts) or `-c name=value`. Everything about the service itself is in the
 * configuration file, which is read and checked here, so that a wrong one never gets deployed.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Configuration } from '../functions/core/model/configuration.ts';
import { parseConfiguration, readDocument } from '../functions/inputs/configuration.ts';
import { nearestKey, suggestNearest } from '../functions/inputs/nearest-key.ts';

export interface Settings {
  configuration: Configuration;
  /** What the file says, as JSON: what the service reads, without a parser of YAML. */
  configurationText: string;
  /** What the schedule starts: `assess` unless set otherwise (ADR 0021). */
  scheduledMode: 'assess' | 'enforce' | 'off';
  childExecutionType: 'EXPRESS' | 'STANDARD';
  /** Ids of the organizational units (or the root) that the member roles go to. */
  organizationalUnits: string[];
  operatorAccountId: string | undefined;
  organizationId: string | undefined;
  /** Sends account events; without it the service learns of new accounts at the next scheduled run. */
  managementAccountId: string | undefined;
  /** Region of the service's stack, where it is not the Region of Organizations. */
  operatorRegion: string | undefined;
  /** Home Region of Control Tower, where it is used and is not the Region of Organizations. */
  controlTowerRegion: string | undefined;
  /** What an account event starts: the same as the schedule unless said otherwise. */
  accountEventMode: 'assess' | 'enforce' | 'off';
  /** Whether a key of KMS signs the sums of reports (a dollar a month). */
  signReports: 'off' | 'on';
  /** Whether findings go to Security Hub of the operator account, which has to be on there. */
  securityHub: 'off' | 'on';
  /** Regions that the rules of `events.members: on` go to; empty where the configuration names its Regions. */
  memberEventRegions: string[];
  /** Who makes the StackSet: the management account, or a delegated administrator of StackSets. */
  stackSetCaller: 'SELF' | 'DELEGATED_ADMIN';
}

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;
const USUAL_FILE = 'dhmc.config.yaml';

/** @param context answers with a context value, or undefined */
export function readSettings(context: (name: string) => unknown): Settings {
  const { configuration, configurationText } = readConfigurationFile(textOf(context, 'config'));
  const scheduledMode = oneOf(context, 'scheduledMode', ['assess', 'enforce', 'off']);
  return {
    configuration,
    configurationText,
    scheduledMode,
    managementAccountId: optional(context, 'managementAccount', /^\d{12}$/),
    operatorRegion: optional(context, 'operatorRegion', REGION),
    controlTowerRegion: optional(context, 'controlTowerRegion', REGION),
    accountEventMode:
      textOf(context, 'accountEventMode') === undefined
        ? scheduledMode
        : oneOf(context, 'accountEventMode', ['assess', 'enforce', 'off']),
    childExecutionType: oneOf(context, 'childExecutionType', ['EXPRESS', 'STANDARD']),
    organizationalUnits: (textOf(context, 'organizationalUnits') ?? '')
      .split(',')
      .map((id) => matching('organizationalUnits', id.trim(), /^((ou|r)-[a-z0-9-]+)?$/))
      .filter((id) => id !== ''),
    memberEventRegions: (textOf(context, 'memberEventRegions') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => matching('memberEventRegions', name, REGION)),
    operatorAccountId: optional(context, 'operatorAccount', /^\d{12}$/),
    organizationId: optional(context, 'organizationId', /^o-[a-z0-9]{4,32}$/),
    signReports: oneOf(context, 'signReports', ['off', 'on']),
    securityHub: oneOf(context, 'securityHub', ['off', 'on']),
    stackSetCaller: oneOf(context, 'stackSetCaller', ['SELF', 'DELEGATED_ADMIN']),
  };
}

function readConfigurationFile(file: string | undefined) {
  const name = file ?? USUAL_FILE;
  // Without a file every field has its default.
  const text = file === undefined && !existsSync(name) ? '{}' : readText(name);
  const configurationText = `${JSON.stringify(readDocument(text, name) ?? {}, null, 2)}\n`;
  return { configuration: parseConfiguration(text, name), configurationText };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    const why =
      code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new SettingsError(`context config ${file}: ${why}`, { cause: error });
  }
}

/** The context keys that readSettings reads. */
const KNOWN_KEYS = [
  'deployment',
  'config',
  'scheduledMode',
  'managementAccount',
  'operatorRegion',
  'controlTowerRegion',
  'accountEventMode',
  'childExecutionType',
  'organizationalUnits',
  'memberEventRegions',
  'operatorAccount',
  'organizationId',
  'signReports',
  'securityHub',
  'stackSetCaller',
];

/**
 * The CDK's own keys have a colon, a slash or a hyphen (`aws:cdk:...`, `@aws-cdk/...`, `cli-telemetry`); a plain word
 * that this app does not read, or a name close to one that it does, is a mistake that would go unnoticed.
 * Throws SettingsError.
 */
export function refuseUnknownKeys(keys: readonly string[]): void {
  const unknown = keys.filter(
    (key) => !KNOWN_KEYS.includes(key) && (/^[A-Za-z]\w*$/.test(key) || nearestKey(key, KNOWN_KEYS) !== null),
  );
  if (unknown.length === 0) return;
  const named = unknown.map((key) => `${key}: unknown key${suggestNearest(key, KNOWN_KEYS)}`);
  throw new SettingsError(`context ${named.join('; ')}`);
}

function textOf(context: (name: string) => unknown, name: string): string | undefined {
  const value = context(name);
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string')
    throw new SettingsError(`context ${name}: expected a string, e.g. -c ${name}=...`);
  return value;
}

function oneOf<T extends string>(
  context: (name: string) => unknown,
  name: string,
  known: readonly [T, ...T[]],
): T {
  const value = textOf(context, name) ?? known[0];
  const found = known.find((word) => word === value);
  if (found === undefined) {
    throw new SettingsError(
      `context ${name} ${value}: unknown${suggestNearest(value, known)} (one of ${known.join(', ')})`,
    );
  }
  return found;
}

function optional(context: (name: string) => unknown, name: string, pattern: RegExp): string | undefined {
  const value = textOf(context, name);
  return value === undefined ? undefined : matching(name, value, pattern);
}

function matching(name: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value))
    throw new SettingsError(`context ${name} ${value}: not such an id (${pattern.source})`);
  return value;
}
