import { managementRoleTemplate, memberRoleTemplate } from '../../infra/member-role-templates.ts';
import { EXIT, UsageError } from '../exit.ts';
import { readConfiguration } from '../read-configuration.ts';

interface TemplateFlags {
  roles: 'member-role' | 'management-role';
  config?: string;
  operatorAccount?: string;
  organizationId?: string;
  readers?: string[];
  writers?: string[];
}

/** Prints the CloudFormation template on standard output, to deploy or to hand to another team. */
export async function template({ roles, ...flags }: TemplateFlags): Promise<number> {
  const { operatorAccount, organizationId } = flags;
  check('--operator-account', operatorAccount, /^\d{12}$/, 'an account id of 12 digits');
  check('--organization-id', organizationId, /^o-[a-z0-9]{4,32}$/, 'an id such as o-ab12cd34ef');
  const options = {
    configuration: await readConfiguration(flags.config),
    operatorAccountId: operatorAccount,
    organizationId,
    readers: flags.readers ?? [],
    writers: flags.writers ?? [],
  };
  process.stdout.write(
    roles === 'member-role' ? memberRoleTemplate(options) : managementRoleTemplate(options),
  );
  return EXIT.finished;
}

function check(flag: string, value: string | undefined, pattern: RegExp, shape: string): void {
  if (value !== undefined && !pattern.test(value)) throw new UsageError(`${flag} ${value}: not ${shape}`);
}
