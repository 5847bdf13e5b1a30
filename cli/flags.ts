/** Values of flags, checked before anything starts. Each parser throws a UsageError naming the flag. */
import { InvalidArgumentError } from 'commander';
import { INSTANCE_VERDICTS } from '../functions/core/instances/facts.ts';
import type { RunInput } from '../functions/core/model/primitives.ts';
import type { TargetStatus } from '../functions/core/model/result.ts';
import { NOTES, REASONS } from '../functions/core/reasons.ts';
import { suggestNearest } from '../functions/inputs/nearest-key.ts';
import { UsageError } from './exit.ts';

export type OutputFormat = 'table' | 'json';
export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'SILENT';

export const LOG_LEVELS: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT'];

/** Flags of the program itself, on every command. */
export interface GlobalFlags {
  logLevel?: LogLevel;
}

export interface ScopeFlags {
  accounts?: string[];
  ous?: string[];
  regions?: string[];
}

/** One of a few words; a wrong one is answered with the nearest. */
export function oneOf<T extends string>(flag: string, known: readonly T[]) {
  return (value: string): T => {
    const found = known.find((word) => word === value);
    if (found !== undefined) return found;
    throw new UsageError(
      `${flag} ${value}: unknown${suggestNearest(value, known)} (one of ${known.join(', ')})`,
    );
  };
}

/** Comma-separated values, and the flag may be given several times. */
function listOf(flag: string, pattern: RegExp, shape: string) {
  return (value: string, earlier: string[] = []): string[] => {
    const entries = value
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    if (entries.length === 0) throw new UsageError(`${flag}: empty; give ${shape}, several comma-separated`);
    const wrong = entries.find((entry) => !pattern.test(entry));
    if (wrong !== undefined) throw new UsageError(`${flag} ${wrong}: not ${shape}`);
    return [...new Set([...earlier, ...entries])];
  };
}

export const parseAccounts = listOf('--accounts', /^\d{12}$/, 'an account id of 12 digits');

/** By form only; whether they exist is known once the organization answers. */
export const parseUnits = listOf(
  '--ous',
  /^(ou|r)-[a-z0-9-]+$/,
  'the id of an organizational unit such as ou-ab12-cd34ef56',
);

export const parseRegions = listOf('--regions', /^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'a Region such as eu-west-1');

export const parseInstances = listOf(
  '--instances',
  /^i-[0-9a-f]{8,17}$/,
  'the id of an EC2 instance such as i-0a1b2c3d4e5f60718',
);

/** SSM DocumentARN's name part: 3 to 128 characters. */
export const parseDocuments = listOf(
  '--document',
  /^[a-zA-Z0-9_.-]{3,128}$/,
  'the name of a session document such as SSM-SessionManagerRunShell',
);

/** EC2 tags: letters, digits, spaces and these, of which none is a wildcard or a variable of IAM's. */
const TAG = /^(?!aws:)([\p{L}\p{Z}\p{N}_.:/+\-@]{1,128})=([\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256})$/iu;

/** The first `=` parts key and value; the flag may be given several times. */
export function parseTag(value: string, earlier: [string, string][] = []): [string, string][] {
  const [, key, tagged] = TAG.exec(value) ?? [];
  if (key === undefined || tagged === undefined) {
    throw new UsageError(`--tag ${value}: not KEY=VALUE of a tag such as Team=web`);
  }
  return [...earlier, [key, tagged]];
}

/** One value of a form, as an argument. */
function oneLike(name: string, pattern: RegExp, shape: string) {
  return (value: string): string => {
    if (!pattern.test(value)) throw new UsageError(`${name} ${value}: not ${shape}`);
    return value;
  };
}

export const parseAccount = oneLike('ACCOUNT', /^\d{12}$/, 'an account id of 12 digits');
export const parseRegion = oneLike('REGION', /^[a-z]{2,4}(-[a-z]+)+-\d+$/, 'a Region such as eu-west-1');
export const parseHomeRegion = oneLike(
  '--region',
  /^[a-z]{2,4}(-[a-z]+)+-\d+$/,
  'a Region such as eu-west-1',
);
export const parseAccountFlag = oneLike('--account', /^\d{12}$/, 'an account id of 12 digits');
export const parseRegionOrAll = oneLike(
  '--region',
  /^([a-z]{2,4}(-[a-z]+)+-\d+|\*)$/,
  'a Region such as eu-west-1, or *',
);
export const parseResource = oneLike(
  'RESOURCE',
  /^(vpc-[0-9a-z]+|i-[0-9a-f]+)$/,
  'the id of an instance such as i-0a1b2c3d4e5f60718, or of a VPC such as vpc-0a1b2c3d',
);

export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535) {
    throw new InvalidArgumentError('expected a number from 0 (any free port) to 65535.');
  }
  return port;
}

export function parseSample(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('expected a number of accounts from 1.');
  return Number(value);
}

export function parseConcurrency(value: string): number {
  const concurrency = Number(value);
  if (!/^\d{1,3}$/.test(value) || concurrency < 1 || concurrency > 100) {
    throw new InvalidArgumentError('expected a number of accounts from 1 to 100.');
  }
  return concurrency;
}

export function parseSeed(value: string): number {
  const seed = Number(value);
  if (!/^\d{1,10}$/.test(value) || seed > 4_294_967_295) {
    throw new InvalidArgumentError('expected a seed, a whole number from 0 to 4294967295.');
  }
  return seed;
}

export interface ModeFlags extends ScopeFlags {
  /** false with --no-settle. */
  settle?: boolean;
  rollbackOf?: string;
  resume?: string;
  why?: string;
  migrateCentral?: boolean;
}

/** The state machine's input from the flags. */
export function runInputOf(mode: RunMode, flags: ModeFlags): RunInput {
  const { rollbackOf, resume, why } = flags;
  if (mode !== 'enforce' && resume !== undefined) {
    throw new UsageError(`--resume has no meaning with --mode ${mode}; leave it out`);
  }
  if (resume === undefined && why !== undefined) throw new UsageError('--why needs --resume RUN');
  if (mode === 'rollback' && rollbackOf === undefined) {
    throw new UsageError('--mode rollback: which run is not said; give --rollback-of RUN, or all');
  }
  if (mode !== 'rollback' && rollbackOf !== undefined) {
    throw new UsageError(`--rollback-of has no meaning with --mode ${mode}; leave it out`);
  }
  const scope = {
    ...(flags.accounts ? { accounts: flags.accounts } : {}),
    ...(flags.ous ? { organizationalUnits: flags.ous } : {}),
    ...(flags.regions ? { regions: flags.regions } : {}),
  };
  return {
    mode,
    trigger: 'on-demand',
    ...(rollbackOf === undefined ? {} : { rollbackOf }),
    ...(resume === undefined ? {} : { resume }),
    ...(flags.settle === false ? { settle: false } : {}),
    ...(flags.migrateCentral ? { migrateCentral: true } : {}),
    ...(Object.keys(scope).length > 0 ? { scope } : {}),
  };
}

export const RUN_MODES = ['assess', 'enforce', 'rollback'] as const;
export type RunMode = (typeof RUN_MODES)[number];
export type ListOutput = 'table' | 'json' | 'csv';
export const parseListOutput = oneOf<ListOutput>('--output', ['table', 'json', 'csv']);
const STATUSES = ['COMPLIANT', 'NON_COMPLIANT', 'CONVERGING', 'ERROR', 'SKIPPED'] as const;
export const parseStatus = (value: string) =>
  oneOf('--status', STATUSES)(value.toUpperCase().replaceAll('-', '_') as TargetStatus);

/** A code of docs/reasons.md; a mistyped one would find nothing, which reads like good news. */
export const parseCode = (value: string) =>
  oneOf('--reason', [...Object.keys(REASONS), ...Object.keys(NOTES)])(value.toUpperCase());

export function parseLimit(value: string): number {
  if (!/^[1-9]\d{0,4}$/.test(value)) throw new InvalidArgumentError('expected a number from 1.');
  return Number(value);
}

export const parsePartition = oneOf('--partition', ['aws', 'aws-us-gov', 'aws-cn']);
export const parseRunMode = oneOf('--mode', RUN_MODES);
export const parseOutput = oneOf<OutputFormat>('--output', ['table', 'json']);
export const parseLogLevel = (value: string): LogLevel =>
  oneOf(
    '--log-level',
    LOG_LEVELS.map((level) => level.toLowerCase()),
  )(value.toLowerCase()).toUpperCase() as LogLevel;

export const parseColumn = oneOf('--by', ['verdict', 'owner', 'platform', 'agent', 'credentials', 'path']);
export const parseVerdict = (value: string) =>
  oneOf('--verdict', [...INSTANCE_VERDICTS, 'STOPPED'])(value.toUpperCase().replaceAll('-', '_'));
export const parseCredentials = (value: string) =>
  oneOf('--credentials', ['DHMC', 'INSTANCE_PROFILE'])(value.toUpperCase().replaceAll('-', '_'));
export const parsePath = (value: string) =>
  oneOf('--path', ['PROVEN', 'ENDPOINTS', 'CENTRAL', 'INTERNET', 'UNKNOWN', 'NONE'])(value.toUpperCase());

/** Four numbers as SSM Agent writes them; fewer compare as if zeros followed. */
export function parseAgentVersion(value: string): string {
  if (/^\d{1,9}(\.\d{1,9}){1,3}$/.test(value)) return value;
  throw new UsageError(`--agent-below ${value}: not a version such as 3.3.40.0`);
}
