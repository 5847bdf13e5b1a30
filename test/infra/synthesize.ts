/** The CDK app as `cdk synth` runs it: its own process, without credentials, with a context. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { COMPILED } from '../compiled.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Resource {
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation as it is written
  Properties: any;
  DeletionPolicy?: string;
  DependsOn?: string[];
  Metadata?: { checkov?: { skip: { id: string; comment: string }[] } };
}

export interface SynthesizedTemplate {
  file: string;
  /** As the app asks for it; null: whichever it is deployed to. */
  region: string | null;
  terminationProtection: boolean;
  text: string;
  Resources: Record<string, Resource>;
  Parameters: Record<string, { Default?: string }>;
}

export interface Synthesized {
  service: SynthesizedTemplate;
  memberRoles: SynthesizedTemplate;
  /** The management account's, in the Region of Organizations and in Control Tower's; none without EVENTS. */
  events: SynthesizedTemplate[];
  /** `construct path, rule` of each finding of cdk-nag. */
  findings: string[];
  stdout: string;
  remove(): Promise<void>;
}

export const MANAGEMENT = '100000000001';
export const OPERATOR = '100000000002';
/** Context with which account events are set up, Control Tower at home in another Region. */
export const EVENTS = {
  managementAccount: MANAGEMENT,
  operatorAccount: OPERATOR,
  organizationId: 'o-own1234567',
  operatorRegion: 'eu-west-1',
  controlTowerRegion: 'eu-central-1',
  // Everything that can be switched on.
  signReports: 'on',
  securityHub: 'on',
  memberEventRegions: 'eu-west-1,eu-central-1',
};

export async function synthesize(
  context: Record<string, string> = {},
  script: string | URL = 'infra/app.ts',
): Promise<Synthesized> {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-synth-'));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [typeof script === 'string' ? script : fileURLToPath(script)],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: COMPILED,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: JSON.stringify({ deployment: 'none', ...context }),
        BUNDLE_FOLDER: join(folder, 'functions'),
      },
    },
  ).catch((error: Error & { code?: number; stdout?: string; stderr?: string }) => {
    throw new Error(`${script} ended with ${error.code}: ${error.stderr}`, { cause: error });
  });
  return {
    service: await readTemplate(join(folder, 'DhmcRolloutService.template.json')),
    memberRoles: await readTemplate(join(folder, 'DhmcRolloutMemberRoles.template.json')),
    events: await Promise.all(
      (await readdir(folder))
        .filter((name) => /^DhmcRollout(ControlTower)?Events\.template\.json$/.test(name))
        .sort()
        .reverse()
        .map((name) => readTemplate(join(folder, name))),
    ),
    findings: await readFindings(join(folder, 'validation-report.json')),
    stdout,
    remove: () => rm(folder, { recursive: true }),
  };
}

async function readTemplate(file: string): Promise<SynthesizedTemplate> {
  const text = await readFile(file, 'utf8');
  const manifest = JSON.parse(await readFile(join(dirname(file), 'manifest.json'), 'utf8'));
  const { environment = '', properties } = manifest.artifacts[basename(file, '.template.json')] ?? {};
  const region = environment.split('/').at(-1);
  return {
    file,
    text,
    region: region === 'unknown-region' ? null : region,
    terminationProtection: properties?.terminationProtection === true,
    ...JSON.parse(text),
  };
}

interface Report {
  pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
}

async function readFindings(file: string): Promise<string[]> {
  const report: Report = JSON.parse(await readFile(file, 'utf8'));
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${constructPath} ${ruleName}`),
    )
    .sort();
}

/** Resources of a type with their logical ids. */
export function ofType(
  template: { Resources: Record<string, Resource> },
  type: string,
): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** Where a template is deployed to. */
export interface Deployment {
  partition: string;
  region: string;
  accountId: string;
  parameters?: Record<string, string>;
  /** Value of `Fn::GetAtt`, by `LogicalId.Attribute`; `<LogicalId.Attribute>` where not given. */
  attributes?: Record<string, string>;
}

/** What CloudFormation makes of the intrinsic functions that our templates use. */
// biome-ignore lint/suspicious/noExplicitAny: any part of a template
export function resolve(part: any, deployment: Deployment): any {
  if (Array.isArray(part)) return part.map((each) => resolve(each, deployment));
  if (typeof part !== 'object' || part === null) return part;
  const [[name, value] = ['', undefined], ...more] = Object.entries(part);
  if (more.length === 0) {
    switch (name) {
      case 'Ref':
        return reference(String(value), deployment);
      case 'Fn::Sub':
        return String(value)
          .replace(/\$\{([^!}]+)\}/g, (_, key: string) => reference(key, deployment))
          .replaceAll('${!', '${');
      case 'Fn::Join': {
        const [separator, pieces] = value as [string, unknown[]];
        return pieces.map((piece) => resolve(piece, deployment)).join(separator);
      }
      case 'Fn::GetAtt': {
        const key = (value as string[]).join('.');
        return deployment.attributes?.[key] ?? `<${key}>`;
      }
    }
  }
  return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, resolve(each, deployment)]));
}

function reference(name: string, deployment: Deployment): string {
  const pseudo: Record<string, string> = {
    'AWS::Partition': deployment.partition,
    'AWS::Region': deployment.region,
    'AWS::AccountId': deployment.accountId,
  };
  return pseudo[name] ?? deployment.parameters?.[name] ?? `<${name}>`;
}
