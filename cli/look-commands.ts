/** Commands that look: at an instance or VPC, at an organization, at snapshots and finished runs. */
import { type Command, Option } from 'commander';
import { does, output, withConnection, withRuns, withScope } from './command-parts.ts';
import {
  parseAccount,
  parseAgentVersion,
  parseCode,
  parseColumn,
  parseConcurrency,
  parseCredentials,
  parseLimit,
  parseListOutput,
  parsePath,
  parsePort,
  parseRegion,
  parseResource,
  parseSeed,
  parseStatus,
  parseVerdict,
} from './flags.ts';

export function addLookCommands(program: Command): void {
  const explain = program
    .command('explain')
    .summary('explain why an instance is managed or not, or why a VPC has a path or not')
    .description(
      'Looks at one instance or VPC as a run would. For an instance it shows the chain from agent to API link by link with its evidence, and the next step with commands to paste; for a VPC what was seen, what follows, what would be done and what it costs. Changes nothing.',
    )
    .argument('<account>', 'account id', parseAccount)
    .argument('<region>', 'Region', parseRegion)
    .argument('<resource>', 'id of the instance (i-...) or VPC (vpc-...)', parseResource)
    .option('--from <dir>', 'look at this snapshot instead of AWS')
    .option('--local', 'look with your AWS credentials (default without --from)')
    .option('--config <file>', 'configuration, YAML or JSON (default: ./dhmc.config.yaml where it exists)')
    .option('--state <dir>', 'folder of table and artifacts: what runs made is known from there', '.dhmc')
    .addOption(output())
    .addHelpText(
      'after',
      '\nExamples:\n  dhmc explain 111122223333 eu-west-1 i-0a1b2c3d4e5f60718\n  dhmc explain --from snapshot 111122223333 eu-west-1 vpc-0a1b2c3d --output json',
    )
    .action(does(async () => (await import('./commands/explain.ts')).explain));

  const snapshot = withScope(
    program
      .command('snapshot')
      .summary("export the organization's current state to a folder")
      .description(
        'Reads your organization with your credentials and the reader role, account by account, into the format of dhmc rehearse and dhmc twin. Changes nothing. What could not be read is reported at the end and listed in unread.json. An interrupted snapshot continues where it stopped.',
      )
      .requiredOption('--out <dir>', 'a new or empty folder, or one that a snapshot was begun in'),
  )
    .option('--concurrency <n>', 'accounts read side by side', parseConcurrency, 8)
    .option(
      '--anonymize',
      'with pseudonyms for what names people, accounts and resources; DIR.raw keeps the originals',
    )
    .option('--from <dir>', 'with --anonymize: of this snapshot, without reading anything anew')
    .addOption(output())
    .option('--detailed-exitcode', 'exit 3 when something could not be read')
    .addHelpText(
      'after',
      '\nExamples:\n  dhmc snapshot --out snapshot && dhmc rehearse --from snapshot --mode enforce\n  dhmc snapshot --out some --ous ou-ab12-cd34ef56 --regions eu-west-1\n  dhmc snapshot --from snapshot --anonymize --out to-share',
    )
    .action(does(async () => (await import('./commands/snapshot.ts')).snapshot));

  program
    .command('twin')
    .summary("serve the organization of a snapshot over AWS's own protocols")
    .description(
      "Serves the organization of a snapshot on 127.0.0.1 until it is interrupted. Prints the endpoint and the operator account's credentials as export lines.",
    )
    .requiredOption('--from <dir>', 'the snapshot')
    .option('--port <port>', 'port of 127.0.0.1; 0: any free one', parsePort, 0)
    .addOption(
      new Option('--pages <size>', 'entries a page: a few, so that pagination shows, or as many as AWS')
        .choices(['small', 'aws'])
        .default('small'),
    )
    .option('--faults <file>', 'faults to make, JSON: errors, delays, dropped connections')
    .addOption(
      new Option('--throttling <state>', "refuse requests beyond AWS's rates")
        .choices(['on', 'off'])
        .default('on'),
    )
    .option('--latency <seed>', 'answer as slowly as AWS, drawn with this seed (default: at once)', parseSeed)
    .addHelpText(
      'after',
      `
Example:
  dhmc twin --from snapshot --port 4570 --faults faults.json > twin.env &
  . ./twin.env && aws organizations list-accounts`,
    )
    .action(does(async () => (await import('./commands/twin.ts')).twin));

  program
    .command('diff')
    .summary('show what differs between two snapshots')
    .description(
      'Compares two snapshots account by account and Region by Region: resources added, removed, changed. What changes by itself (times, ping states, free addresses) is left out.',
    )
    .argument('<before>', 'folder of a snapshot')
    .argument('<after>', 'folder of another')
    .option('--all', 'include what changes by itself')
    .addOption(output())
    .option('--detailed-exitcode', 'exit 3 when something differs')
    .addHelpText(
      'after',
      `
Example:
  dhmc rehearse --from snapshot --mode enforce --out after && dhmc diff snapshot after`,
    )
    .action(does(async () => (await import('./commands/diff.ts')).diff));

  const runs = program
    .command('runs')
    .summary('list finished runs')
    .description('Lists finished runs, the newest first: what each covered, found and changed.')
    .option('--limit <n>', 'at most this many', parseLimit, 20)
    .addOption(output())
    .addHelpText(
      'after',
      '\nExamples:\n  dhmc runs\n  dhmc runs --bucket BUCKET --region eu-west-1 --output json',
    )
    .action(does(async () => (await import('./commands/runs.ts')).runs));

  const accounts = program
    .command('accounts')
    .summary('list the accounts of a finished run, filtered')
    .description(
      'Lists the accounts of a finished run with status, unit, owner and reasons. Filters of different kinds must all fit.',
    )
    .option('--status <status>', 'only this status, such as non-compliant', parseStatus)
    .option('--reason <code>', 'only accounts with this reason or note', parseCode)
    .option('--owner <text>', 'only owners that contain this text')
    .option('--unit <text>', 'only units whose id or path contains this text')
    .option('--run <id>', 'the run (default: the newest over the whole organization)')
    .option('--output <format>', 'table, json or csv', parseListOutput, 'table')
    .addHelpText(
      'after',
      '\nExamples:\n  dhmc accounts --status non-compliant --unit Workloads\n  dhmc accounts --reason NO_PATH_TO_SSM --output csv > accounts.csv',
    )
    .action(does(async () => (await import('./commands/accounts.ts')).accounts));

  const fleet = program
    .command('fleet')
    .summary('count and list the instances of a finished run')
    .description(
      'Counts the instances of a finished run by verdict, owner, platform, agent version, credential source and path; csv and json list each of them. Complete where the run recorded the fleet (fleet: record in the configuration); otherwise the instances that results name.',
    )
    .addOption(
      new Option('--by <column>', 'count by this column alone, all of its values').argParser(parseColumn),
    )
    .option('--verdict <code>', 'only this verdict, such as AGENT_SILENT, or STOPPED', parseVerdict)
    .option('--owner <text>', 'only owners that contain this text')
    .option('--platform <text>', 'only platforms that contain this text')
    .option('--agent-below <version>', 'only agents older than this version', parseAgentVersion)
    .option('--credentials <source>', 'only DHMC or INSTANCE_PROFILE', parseCredentials)
    .option('--path <verdict>', 'only this path, such as NONE', parsePath)
    .option('--run <id>', 'the run (default: the newest over the whole organization)')
    .option('--output <format>', 'table, json or csv', parseListOutput, 'table')
    .addHelpText(
      'after',
      '\nExamples:\n  dhmc fleet --by agent\n  dhmc fleet --agent-below 3.3.40.0 --output csv > old-agents.csv\n  dhmc fleet --bucket BUCKET --region eu-west-1 --verdict NO_PATH --output json',
    )
    .action(does(async () => (await import('./commands/fleet.ts')).fleet));

  const report = program
    .command('report')
    .summary('export a finished run (HTML, CSV, JSON, ASFF, OCSF)')
    .description(
      'Writes the result of a finished run. html is one self-contained page. csv has one row for each account and Region and, beside a file, a second one (NAME.instances.csv) with one row for each named instance.',
    )
    .option('--format <format>', 'html, json, csv, asff or ocsf')
    .option('--rows <rows>', 'csv: only this table, targets or instances')
    .option('--run <id>', 'the run (default: the newest over the whole organization)')
    .option('--since <id>', 'html: an earlier run to compare it with')
    .option('--out <file>', 'the file; - for standard output', '-')
    .addHelpText(
      'after',
      '\nExamples:\n  dhmc report --format html --out report.html --since run-20261101T000000Z-1a2b3c4d\n  dhmc report --format csv --out targets.csv\n  dhmc report --format json --run run-20261101T000000Z-1a2b3c4d',
    )
    .action(does(async () => (await import('./commands/report.ts')).report));

  report
    .command('verify')
    .summary('verify that exported reports are the ones that the run wrote')
    .description(
      'Checks every file of a folder of reports against its manifest, and the signature where a key is given. Exit 1 where something is changed or missing.',
    )
    .argument('<folder>', 'folder that holds manifest.json')
    .option('--public-key <file>', 'key of the signature: PEM, or what aws kms get-public-key prints')
    .addOption(output())
    .addHelpText(
      'after',
      `
Example:
  aws s3 sync s3://BUCKET/reports/RUN/ reports/
  aws kms get-public-key --key-id alias/dhmc-rollout-reports --query PublicKey --output text > key.b64
  dhmc report verify reports --public-key key.b64`,
    )
    .action(does(async () => (await import('./commands/verify-report.ts')).verifyReport));

  for (const command of [runs, accounts, fleet, report]) withRuns(command);
  for (const command of [explain, snapshot, runs, accounts, fleet, report]) withConnection(command);
}
