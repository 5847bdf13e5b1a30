/** What `dhmc template service` and `events` write: templates, zip files, and the commands that deploy them. */
import { createHash } from 'node:crypto';
import { organizationsRegion } from '../../functions/core/partition.ts';
import type { Settings } from '../settings.ts';
import { featuresOf } from './features.ts';
import { CODE_PREFIX, fillEvents, fillService } from './fill.ts';
import type { PlainParts } from './parts.ts';
import type { PlainTemplate } from './plain-template.ts';

export interface PlainFile {
  name: string;
  content: Uint8Array | string;
}

export interface PlainFiles {
  files: PlainFile[];
  /** To paste, `#` before what is to be known. */
  commands: string[];
}

export const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

/** A zip file's name has its hash, so that a new version is a change of the function. */
const zipName = (name: string, content: Uint8Array): string => `${name}-${sha256(content).slice(0, 16)}.zip`;

export function serviceFiles(parts: PlainParts, settings: Settings, folder: string): PlainFiles {
  const { handlers, customResources } = parts.zips;
  const code = {
    handlers: zipName('functions', handlers),
    customResources: zipName('custom-resources', customResources),
  };
  const template = fillService(parts.service(featuresOf(settings)), settings, code);
  return {
    files: [
      { name: 'service.template.json', content: textOf(template) },
      { name: code.handlers, content: handlers },
      { name: code.customResources, content: customResources },
    ],
    commands: [
      '# With credentials of the operator account, in the Region of the service; BUCKET is a bucket of yours there:',
      ...Object.values(code).map((name) => `aws s3 cp ${folder}/${name} s3://BUCKET/${CODE_PREFIX}${name}`),
      deployCommand('DhmcRolloutService', `${folder}/service.template.json`, template, {
        capabilities: true,
        bucket: true,
      }),
      protectCommand('DhmcRolloutService'),
    ],
  };
}

export function eventsFiles(parts: PlainParts, settings: Settings, folder: string): PlainFiles {
  const { operatorRegion, controlTowerRegion } = settings;
  const home = organizationsRegion(operatorRegion ?? controlTowerRegion ?? '');
  const apart = controlTowerRegion !== undefined && controlTowerRegion !== home;
  const place = apart ? 'apart' : 'together';
  const members = settings.configuration.events.members === 'on';
  const templates = Object.entries(parts.events(members ? `${place}-members` : place)).map(
    ([stack, template]) => {
      const ofControlTower = stack === 'DhmcRolloutControlTowerEvents';
      return {
        stack,
        name: ofControlTower ? 'control-tower-events.template.json' : 'events.template.json',
        region: ofControlTower ? (controlTowerRegion ?? home) : home,
        template: {
          ...fillEvents(template, { ...settings, operatorRegion: operatorRegion ?? home }),
          Description: 'dhmc-rollout: account events, in the management account',
        },
      };
    },
  );
  return {
    files: templates.map(({ name, template }) => ({ name, content: textOf(template) })),
    commands: [
      '# With credentials of the management account:',
      ...templates.map(({ stack, name, region, template }) =>
        deployCommand(stack, `${folder}/${name}`, template, { capabilities: true, region }),
      ),
    ],
  };
}

const textOf = (template: PlainTemplate): string => `${JSON.stringify(template, null, 1)}\n`;

function deployCommand(
  stack: string,
  file: string,
  { Parameters }: PlainTemplate,
  { capabilities, bucket, region }: { capabilities: boolean; bucket?: boolean; region?: string },
): string {
  const missing = Object.entries(Parameters).filter(([, { Default }]) => Default === undefined);
  const overrides = missing.map(([name]) => `${name}=${name === 'CodeBucket' ? 'BUCKET' : '...'}`);
  return [
    `aws cloudformation deploy --stack-name ${stack} --template-file ${file}`,
    ...(region === undefined ? [] : [`--region ${region}`]),
    // A template above 51,200 bytes goes by a bucket (CloudFormation user guide, "Quotas").
    ...(bucket ? [`--s3-bucket BUCKET --s3-prefix ${CODE_PREFIX.slice(0, -1)}`] : []),
    ...(capabilities ? ['--capabilities CAPABILITY_IAM CAPABILITY_NAMED_IAM'] : []),
    ...(overrides.length === 0 ? [] : [`--parameter-overrides ${overrides.join(' ')}`]),
  ].join(' ');
}

const protectCommand = (stack: string): string =>
  `aws cloudformation update-termination-protection --enable-termination-protection --stack-name ${stack}`;
