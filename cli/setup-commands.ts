/** Commands around the runs: roles and policies, what is missing before the first run, completion for the shell. */
import { Argument, type Command, Option } from 'commander';
import { does, withConnection, withEnding } from './command-parts.ts';
import { COMPLETE, SHELLS } from './completion.ts';
import {
  parseAccountFlag,
  parseDocuments,
  parseInstances,
  parsePartition,
  parseRegionOrAll,
  parseSample,
  parseTag,
} from './flags.ts';

export function addSetupCommands(program: Command): void {
  program
    .command('policy')
    .summary('print a least-privilege IAM policy for people who connect to instances')
    .description(
      'Prints an IAM policy that lets people connect to these instances and no others, end and resume only their own sessions. Session: Session Manager, with the named session documents only. Rdp: Remote Desktop in Fleet Manager. The policy goes to standard output, what each statement is for to standard error. See docs/access.md.',
    )
    .addArgument(new Argument('<kind>', 'how people connect').choices(['session', 'rdp']))
    .option('--instances <ids>', 'these instances, comma-separated', parseInstances)
    .option('--tag <key=value>', 'instances with this tag (again for another key: both must fit)', parseTag)
    .option('--account <id>', 'in this account (default: the one the policy is put in)', parseAccountFlag)
    .option('--region <name>', 'in this Region; * for all (default)', parseRegionOrAll)
    .option(
      '--partition <name>',
      "aws, aws-us-gov or aws-cn (default: the Region's, else aws)",
      parsePartition,
    )
    .option(
      '--document <names>',
      'session documents, comma-separated (default: SSM-SessionManagerRunShell); with session only',
      parseDocuments,
    )
    .addHelpText(
      'after',
      `
Examples:
  dhmc policy session --instances i-0a1b2c3d4e5f60718 --account 111122223333 --region eu-west-1 > policy.json
  dhmc policy session --tag Team=web --document SSM-SessionManagerRunShell,AWS-StartSSHSession
  dhmc policy rdp --tag Role=desktop --region us-gov-west-1`,
    )
    .action(does(async () => (await import('./commands/policy.ts')).policy));

  program
    .command('template')
    .summary(
      'write the CloudFormation templates of the service, its events and its roles, or the policy by which it reads the organization',
    )
    .description(
      'service, events: plain CloudFormation with parameters, for any tool that deploys it, without the CDK and its bootstrap; the zip files of the functions come beside it, and checksums and commands to upload and deploy them are printed. The settings are those of dhmc.deployment.yaml and dhmc.config.yaml (docs/plain-templates.md). member-role, management-role: prints the CloudFormation template of the reader and writer roles, to deploy or to hand to another team (docs/permissions.md). member-events: rules that forward what others change in a member, for each Region (docs/deploy.md). delegation-policy: the resource policy of Organizations by which the operator account may list accounts and units without being a delegated administrator of a service; an organization has one such policy, so merge the statement into yours (docs/deploy.md).',
    )
    .addArgument(
      new Argument(
        '<what>',
        'the stack, roles of which account, or what lets the operator account list the organization',
      ).choices([
        'service',
        'events',
        'member-role',
        'management-role',
        'member-events',
        'delegation-policy',
      ]),
    )
    .option('--out <dir>', 'write files with their checksums into this folder; needed for service and events')
    .option('--config <file>', 'configuration: names, external id, DHMC role (default: ./dhmc.config.yaml)')
    .option(
      '--deployment <file>',
      'settings of service and events; none: without (default: ./dhmc.deployment.yaml)',
    )
    .option('--operator-account <id>', 'the account that runs the service (else a parameter to fill in)')
    .option('--operator-region <name>', 'its Region, with events.members: on (else a parameter to fill in)')
    .option('--partition <name>', 'of delegation-policy: aws, aws-us-gov or aws-cn', parsePartition, 'aws')
    .option('--organization-id <id>', 'the organization it belongs to (else a parameter to fill in)')
    .option(
      '--readers <roles...>',
      "roles of the operator account that may enter as reader, for 'run --local'",
    )
    .option('--writers <roles...>', 'the same as reader and writer')
    .addHelpText(
      'after',
      `
Examples:
  dhmc template service --out templates
  dhmc template events --out templates-events
  dhmc template member-role --operator-account 111122223333 --organization-id o-ab12cd34ef > member.yaml
  dhmc template management-role --config dhmc.config.yaml
  dhmc template delegation-policy --operator-account 111122223333 > delegation.json
  dhmc template member-role --writers aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0123456789abcdef`,
    )
    .action(does(async () => (await import('./commands/template.ts')).template));

  program
    .command('deployment')
    .summary('say what deploying would take away, before anything is deployed')
    .description('Works on templates alone: nothing is deployed and AWS is not asked. See docs/deploy.md.')
    .command('check')
    .summary('compare the deployed template with the one that would be')
    .description(
      'Names resources that would be removed, and a schedule or account events that would do something else. Exit 3 when there is any.',
    )
    .argument('<deployed>', 'template that is deployed: answer of aws cloudformation get-template')
    .option('--next <file>', 'template that would be deployed', 'cdk.out/DhmcRolloutService.template.json')
    .addOption(new Option('--output <format>', 'text or JSON').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
Examples:
  aws cloudformation get-template --stack-name DhmcRolloutService > deployed.json
  npx cdk synth --quiet
  dhmc deployment check deployed.json`,
    )
    .action(does(async () => (await import('./commands/deployment-check.ts')).deploymentCheck));

  const doctor = withEnding(
    program
      .command('doctor')
      .summary('check what a rollout still needs, each with its fix')
      .description(
        'Checks credentials, access to the organization, StackSets, trail, Regions, Lambda concurrency, configuration, member roles and state folder. Run it with credentials of the operator account, and once with those of the management account, which sees what members do not: registrations, resource policy, trails. Changes nothing; roles are tried by assuming them. Exit 1 when a check failed.',
      )
      .option('--config <file>', 'configuration, YAML or JSON (default: ./dhmc.config.yaml where it exists)')
      .option(
        '--deployment <file>',
        'settings of the deployment (default: ./dhmc.deployment.yaml where it exists)',
      )
      .option(
        '--operator-account <id>',
        'account that runs the service, to check it from the management account (default: that of the deployment file)',
        parseAccountFlag,
      )
      .option('--from <dir>', 'check against this snapshot instead of AWS')
      .addOption(
        new Option('--as <account>', 'whose view of the snapshot').choices(['operator', 'management']),
      )
      .option('--sample <accounts>', 'accounts whose roles are tried', parseSample, 10)
      .option('--all', 'the roles of every account')
      .option('--state <dir>', 'folder of table and artifacts', '.dhmc'),
  )
    .addHelpText(
      'after',
      `
Examples:
  dhmc doctor
  dhmc doctor --all --output json --detailed-exitcode
  dhmc doctor --profile management --operator-account 111122223333
  dhmc doctor --from snapshot --as management`,
    )
    .action(does(async () => (await import('./commands/doctor.ts')).doctor));
  withConnection(doctor);

  const conformance = withEnding(
    program
      .command('conformance')
      .summary('compare the answers of AWS with what this product expects, in a sandbox account')
      .description(
        'Asks AWS, with your credentials and in one Region, what documentation leaves open, and the twin the same. Changes nothing; with --write it also makes two roles and sets the service setting, which must be unset there, and removes all of it again. Run that in a sandbox account. The file holds no data of the account.',
      )
      .option('--write', 'also the probes that write; for a sandbox account')
      .option('--out <file>', 'file to attach to an issue; it must not exist', 'dhmc-conformance.json'),
  ).addHelpText(
    'after',
    `
Examples:
  dhmc conformance --region eu-west-1
  dhmc conformance --region eu-west-1 --profile sandbox --write --out conformance.json`,
  );
  withConnection(conformance);
  conformance.action(does(async () => (await import('./commands/conformance.ts')).conformance));

  program
    .command('completion')
    .summary('print shell completion of commands and flags')
    .description(
      'Prints the script that completes commands, flags and their values; source it in your shell.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices([...SHELLS]))
    .addHelpText(
      'after',
      `
Examples:
  source <(dhmc completion bash)                       in ~/.bashrc
  source <(dhmc completion zsh)                        in ~/.zshrc, after compinit
  dhmc completion fish | source                        in ~/.config/fish/config.fish`,
    )
    .action(does(async () => (await import('./commands/completion.ts')).completion));

  program
    .command(COMPLETE, { hidden: true })
    .argument('[words...]')
    .action(does(async () => (await import('./commands/complete.ts')).complete));
}
