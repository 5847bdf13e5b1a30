import {
  managementRoleTemplate,
  memberEventsTemplate,
  memberRoleTemplate,
} from '../../infra/member-role-templates.ts';
import { delegationPolicy } from '../../infra/organization-reads.ts';
import { EXIT, UsageError } from '../exit.ts';
import { readConfiguration } from '../read-configuration.ts';

interface TemplateFlags {
  what: 'member-role' | 'management-role' | 'member-events' | 'delegation-policy';
  partition: string;
  config?: string;
  operatorAccount?: string;
  organizationId?: string;
  operatorRegion?: string;
  readers?: string[];
  writers?: string[];
}

/** Prints the CloudFormation template, or the policy of Organizations, on standard output. */
export async function template({ what, partition, ...flags }: TemplateFlags): Promise<number> {
  const { operatorAccount, organizationId } = flags;
  check('--operator-account', operatorAccount, /^\d{12}$/, 'an account id of 12 digits');
  check('--organization-id', organizationId, /^o-[a-z0-9]{4,32}$/, 'an id such as o-ab12cd34ef');
  if (what === 'delegation-policy') {
    if (operatorAccount === undefined) {
      throw new UsageError('--operator-account is missing: the account that may read the organization');
    }
    process.stdout.write(`${JSON.stringify(delegationPolicy(partition, operatorAccount), null, 2)}\n`);
    return EXIT.finished;
  }
  check('--operator-region', flags.operatorRegion, /^[a-z]{2,4}(-[a-z]+)+-\d$/, 'a Region');
  const configuration = await readConfiguration(flags.config);
  if (what === 'member-events') {
    process.stdout.write(memberEventsTemplate(configuration, operatorAccount, flags.operatorRegion));
    return EXIT.finished;
  }
  const options = {
    configuration,
    operatorAccountId: operatorAccount,
    operatorRegion: flags.operatorRegion,
    organizationId,
    readers: flags.readers ?? [],
    writers: flags.writers ?? [],
  };
  process.stdout.write(
    what === 'member-role' ? memberRoleTemplate(options) : managementRoleTemplate(options),
  );
  return EXIT.finished;
}

function check(flag: string, value: string | undefined, pattern: RegExp, shape: string): void {
  if (value !== undefined && !pattern.test(value)) throw new UsageError(`${flag} ${value}: not ${shape}`);
}
