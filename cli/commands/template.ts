import { existsSync } from 'node:fs';
import {
  type DeploymentFile,
  NO_DEPLOYMENT,
  readDeploymentFile,
  USUAL_DEPLOYMENT_FILE,
  withDeployment,
} from '../../infra/deployment-file.ts';
import {
  managementRoleTemplate,
  memberEventsTemplate,
  memberRoleTemplate,
} from '../../infra/member-role-templates.ts';
import { delegationPolicy } from '../../infra/organization-reads.ts';
import { featuresOf } from '../../infra/plain/features.ts';
import { eventsFiles, type PlainFile, type PlainFiles, serviceFiles } from '../../infra/plain/files.ts';
import { readSettings, type Settings } from '../../infra/settings.ts';
import { EXIT, UsageError } from '../exit.ts';
import { withPlainParts } from '../plain-parts.ts';
import { readConfiguration } from '../read-configuration.ts';
import { writeTemplateFolder } from '../template-folder.ts';

interface TemplateFlags {
  what: 'service' | 'events' | 'member-role' | 'management-role' | 'member-events' | 'delegation-policy';
  partition: string;
  out?: string;
  config?: string;
  deployment?: string;
  operatorAccount?: string;
  organizationId?: string;
  operatorRegion?: string;
  readers?: string[];
  writers?: string[];
}

/** Writes what was asked for into a folder, with sums and the commands that deploy it; one document alone can go to standard output. */
export async function template(flags: TemplateFlags): Promise<number> {
  const { what, operatorAccount, organizationId, out } = flags;
  check('--operator-account', operatorAccount, /^\d{12}$/, 'an account id of 12 digits');
  check('--organization-id', organizationId, /^o-[a-z0-9]{4,32}$/, 'an id such as o-ab12cd34ef');
  if (what === 'service' || what === 'events') return writeStack(what, flags);
  const file = await documentOf(what, flags);
  if (out === undefined) process.stdout.write(file.content);
  else await writeAndPrint(out, { files: [file], commands: [] });
  return EXIT.finished;
}

async function documentOf(
  what: Exclude<TemplateFlags['what'], 'service' | 'events'>,
  { partition, ...flags }: TemplateFlags,
): Promise<PlainFile & { content: string }> {
  const { operatorAccount, organizationId } = flags;
  if (what === 'delegation-policy') {
    if (operatorAccount === undefined) {
      throw new UsageError('--operator-account is missing: the account that may read the organization');
    }
    const content = `${JSON.stringify(delegationPolicy(partition, operatorAccount), null, 2)}\n`;
    return { name: 'delegation-policy.json', content };
  }
  check('--operator-region', flags.operatorRegion, /^[a-z]{2,4}(-[a-z]+)+-\d$/, 'a Region');
  const configuration = await readConfiguration(flags.config);
  if (what === 'member-events') {
    const content = memberEventsTemplate(configuration, operatorAccount, flags.operatorRegion);
    return { name: 'member-events.yaml', content };
  }
  const options = {
    configuration,
    operatorAccountId: operatorAccount,
    operatorRegion: flags.operatorRegion,
    organizationId,
    readers: flags.readers ?? [],
    writers: flags.writers ?? [],
  };
  const content = what === 'member-role' ? memberRoleTemplate(options) : managementRoleTemplate(options);
  return { name: `${what}.yaml`, content };
}

async function writeStack(what: 'service' | 'events', flags: TemplateFlags): Promise<number> {
  const { out } = flags;
  if (out === undefined) {
    throw new UsageError(
      `--out DIR is missing: ${what === 'service' ? 'the template comes with zip files of the functions' : 'there may be two templates'}`,
    );
  }
  const settings = settingsOf(flags);
  const make = what === 'service' ? serviceFiles : eventsFiles;
  await writeAndPrint(
    out,
    await withPlainParts(featuresOf(settings), (parts) => make(parts, settings, out.replace(/\/+$/, ''))),
  );
  return EXIT.finished;
}

/** As `cdk deploy` reads them; flags win. */
function settingsOf({
  deployment,
  config,
  operatorAccount,
  organizationId,
  operatorRegion,
}: TemplateFlags): Settings {
  const given: Record<string, string | undefined> = {
    config,
    operatorAccount,
    organizationId,
    operatorRegion,
  };
  try {
    return readSettings(withDeployment((name) => given[name], readDeployment(deployment)));
  } catch (error) {
    if (error instanceof Error && error.name === 'SettingsError') {
      throw new UsageError(error.message.replace(/^context /, ''), { cause: error });
    }
    throw error;
  }
}

function readDeployment(named: string | undefined): DeploymentFile {
  const file = named ?? USUAL_DEPLOYMENT_FILE;
  if (file !== NO_DEPLOYMENT && !existsSync(file)) {
    throw new UsageError(
      `${file}: no such file; its settings decide which resources the template has. Copy docs/dhmc.deployment.example.yaml, or give --deployment ${NO_DEPLOYMENT}: no account events, a daily assess`,
    );
  }
  return readDeploymentFile(named);
}

async function writeAndPrint(folder: string, { files, commands }: PlainFiles): Promise<void> {
  const sums = await writeTemplateFolder(folder, files);
  const lines = [...sums.map((line) => line.replace('  ', `  ${folder.replace(/\/+$/, '')}/`)), ...commands];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function check(flag: string, value: string | undefined, pattern: RegExp, shape: string): void {
  if (value !== undefined && !pattern.test(value)) throw new UsageError(`${flag} ${value}: not ${shape}`);
}
