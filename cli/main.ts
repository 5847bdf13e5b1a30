/**
 * The `dhmc` command: what there is to type. What a command does is loaded only when it is asked for,
 * so that help comes at once.
 */
import { readFileSync } from 'node:fs';
import { Argument, Command, CommanderError, Option } from 'commander';
import { suggestNearest } from '../functions/inputs/nearest-key.ts';
import { does, mode, output, withEnding, withScope } from './command-parts.ts';
import { describeEnding, EXIT, UsageError } from './exit.ts';
import {
  type LogLevel,
  parseAccount,
  parseConcurrency,
  parseLogLevel,
  parsePort,
  parseRegion,
  parseResource,
  parseSeed,
} from './flags.ts';
import { addSetupCommands } from './setup-commands.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

const program = new Command('dhmc')
  .description(
    'Default Host Management Configuration for every account and Region of an AWS organization:\nevery EC2 instance becomes a managed node of Systems Manager, without an instance profile.',
  )
  .version(version)
  .option(
    '--log-level <level>',
    'log lines on standard error: debug, info, warn, error, silent',
    parseLogLevel,
  )
  // Arguments stand in each command's own help; here they would leave no room at 80 columns.
  .configureHelp({ subcommandTerm: (command) => command.name() })
  .showSuggestionAfterError()
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .addHelpText(
    'after',
    `
Examples:
  # what is missing before the first run, each with its fix
  dhmc doctor
  # the whole job on a made-up organization, no AWS account
  dhmc demo
  # what enforce would do to the organization in a snapshot
  dhmc rehearse --from DIR --mode enforce
  # look at your organization with your credentials, change nothing
  dhmc run --local --mode assess
  # why, with evidence, and what to do
  dhmc explain ACCOUNT REGION INSTANCE|VPC
  # the newest run as a page for people
  dhmc report --format html --out report.html
  # the newest run, one row for each account and Region
  dhmc report --format csv --out targets.csv

Exit codes: 0 finished, 1 could not, 2 wrong usage;
with --detailed-exitcode 3 = something needs attention.`,
  );

program
  .command('demo')
  .summary('the whole job on a made-up organization, then the report')
  .description(
    'Makes an organization of about 60 accounts, runs assess, then enforce, and shows both. Needs no AWS account and reaches nothing but this process.',
  )
  .option('--state <dir>', 'keep table and artifacts in this folder (default: a throw-away one)')
  .addOption(output())
  .addHelpText(
    'after',
    '\nExamples:\n  dhmc demo\n  dhmc demo --state .dhmc-demo && dhmc report --format csv --state .dhmc-demo --out -',
  )
  .action(does(async () => (await import('./commands/demo.ts')).demo));

withEnding(
  withScope(
    program
      .command('run')
      .summary('assess or enforce an organization, or roll back a run')
      .description(
        'Runs over the organization: assess only looks, enforce changes what differs, rollback reverts an enforce run.',
      )
      .addOption(mode().makeOptionMandatory())
      .option(
        '--local',
        'from here, with your credentials (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL ... count)',
      )
      .option('--state-machine <arn>', 'start that state machine and follow it'),
  )
    .option('--rollback-of <run>', 'the run to roll back, or all')
    .option(
      '--resume <run>',
      'with enforce: clear the hold of this run, and take the accounts it did not reach',
    )
    .option('--why <text>', 'with --resume: why it is safe to resume; recorded')
    .option('--plan <file>', 'with enforce: apply the changes of this plan alone (dhmc plan --out)')
    .option('--bucket <name>', 'artifact bucket of the stack, for --plan with --state-machine')
    .option('--table <name>', 'table of the stack, for --resume with --state-machine')
    .option('--state <dir>', 'folder of table and artifacts', '.dhmc'),
)
  .addHelpText(
    'after',
    `
Examples:
  dhmc run --local --mode assess
  dhmc run --local --mode enforce --accounts 111122223333 --regions eu-west-1
  dhmc run --local --mode rollback --rollback-of run-20261101T000000Z-1a2b3c4d
  dhmc run --local --mode assess --output json --detailed-exitcode > run.json`,
  )
  .action(does(async () => (await import('./commands/run.ts')).run));

withEnding(
  withScope(
    program
      .command('plan')
      .summary('what enforce would change')
      .description('The same as run --mode assess, with every change that enforce would make and its price.')
      .option('--local', 'from here, with your credentials')
      .option('--state-machine <arn>', 'start that state machine and follow it')
      .option('--from <dir>', 'of the organization in this snapshot'),
  )
    .option('--out <file>', 'write the plan here, to be applied with run --mode enforce --plan')
    .option('--state <dir>', 'folder of table and artifacts', '.dhmc'),
)
  .addHelpText(
    'after',
    `
Examples:
  dhmc plan --local --ous ou-ab12-cd34ef56
  dhmc plan --local --out plan.json && dhmc run --local --mode enforce --plan plan.json
  dhmc plan --from snapshot`,
  )
  .action(does(async () => (await import('./commands/plan.ts')).plan));

withEnding(
  withScope(
    program
      .command('rehearse')
      .summary('a run on the twin of a snapshot')
      .description(
        'Runs the real service, changes included, against a twin of the organization in a snapshot. AWS is never reached, whatever the environment says.',
      )
      .requiredOption('--from <dir>', 'the snapshot')
      .addOption(mode().default('assess'))
      .option('--rollback-of <run>', 'the run to roll back, or all; with --state'),
  )
    .option('--plan <file>', 'with enforce: apply the changes of this plan alone (dhmc plan --out)')
    .option('--state <dir>', 'keep table and artifacts in this folder (default: a throw-away one)')
    .option('--out <dir>', 'write the twin here afterwards, as a snapshot'),
)
  .addHelpText(
    'after',
    `
Examples:
  dhmc rehearse --from snapshot
  dhmc rehearse --from snapshot --mode enforce --out after
  dhmc rehearse --from after --mode enforce             changes nothing any more
  dhmc rehearse --from after --mode rollback --rollback-of all --state .rehearsal`,
  )
  .action(does(async () => (await import('./commands/rehearse.ts')).rehearse));

program
  .command('kill')
  .summary('keep every enforce and rollback of a state folder from changing anything')
  .description(
    'The kill switch: while it is on, enforce and rollback assess, change nothing and say why. Of the deployed service it is an item of the table, see docs/operations.md.',
  )
  .addArgument(new Argument('<switch>', 'what to do').choices(['on', 'off', 'status']))
  .option('--why <text>', 'with on: why, for those who find it on')
  .option('--state <dir>', 'folder of table and artifacts', '.dhmc')
  .addOption(output())
  .addHelpText(
    'after',
    "\nExamples:\n  dhmc kill on --why 'incident 4711'\n  dhmc kill status\n  dhmc kill off",
  )
  .action(does(async () => (await import('./commands/kill.ts')).kill));

program
  .command('resume')
  .summary('clear the hold that a stopped run left, so that enforce changes things again')
  .description(
    'When a wave gate stops a run, every later enforce only assesses until a person resumes. Records who resumed and why.',
  )
  .option('--resume <run>', 'clear the hold only if it is that of this run')
  .option('--why <text>', 'why it is safe to resume; recorded')
  .option('--table <name>', 'table of the deployed service (stack output TableName)')
  .option('--state <dir>', 'folder of table and artifacts', '.dhmc')
  .addOption(output())
  .addHelpText(
    'after',
    "\nExamples:\n  dhmc resume --why 'route restored'\n  dhmc run --local --mode enforce --resume run-20261101T000000Z-1a2b3c4d",
  )
  .action(does(async () => (await import('./commands/resume.ts')).resume));

program
  .command('explain')
  .summary('why an instance is, or is not, managed; why a VPC has, or lacks, a path')
  .description(
    'Looks at one instance or VPC as a run would. Of an instance it shows the chain from agent to API link by link with its evidence, and the next step with commands to paste; of a VPC what was seen, what follows, what would be done and what it costs. Changes nothing.',
  )
  .argument('<account>', 'account id', parseAccount)
  .argument('<region>', 'Region', parseRegion)
  .argument('<resource>', 'id of the instance (i-...) or VPC (vpc-...)', parseResource)
  .option('--from <dir>', 'look at the twin of this snapshot')
  .option('--local', 'from here, with your credentials (default without --from)')
  .option('--config <file>', 'configuration, YAML or JSON (default: ./dhmc.config.yaml where it exists)')
  .option('--state <dir>', 'folder of table and artifacts: what runs made is known from there', '.dhmc')
  .addOption(output())
  .addHelpText(
    'after',
    '\nExamples:\n  dhmc explain 111122223333 eu-west-1 i-0a1b2c3d4e5f60718\n  dhmc explain --from snapshot 111122223333 eu-west-1 vpc-0a1b2c3d --output json',
  )
  .action(does(async () => (await import('./commands/explain.ts')).explain));

withScope(
  program
    .command('snapshot')
    .summary('an organization as it is, in a folder')
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
  .summary('what differs between two snapshots')
  .description(
    'Compares two snapshots account by account and Region by Region: resources added, removed, changed. What changes by itself (times, ping states, free addresses) is left out.',
  )
  .argument('<before>', 'folder of a snapshot')
  .argument('<after>', 'folder of another')
  .option('--all', 'what changes by itself too')
  .addOption(output())
  .option('--detailed-exitcode', 'exit 3 when something differs')
  .addHelpText(
    'after',
    `
Example:
  dhmc rehearse --from snapshot --mode enforce --out after && dhmc diff snapshot after`,
  )
  .action(does(async () => (await import('./commands/diff.ts')).diff));

const report = program
  .command('report')
  .summary('a finished run as a page, csv, json or findings')
  .description(
    'Writes the result of a finished run. html is one page for people, without network. csv has one row for each account and Region and, beside a file, a second one (NAME.instances.csv) with one row for each named instance.',
  )
  .option('--format <format>', 'html, json, csv, asff or ocsf')
  .option('--rows <rows>', 'csv: only the one table, targets or instances')
  .option('--run <id>', 'the run (default: the one that finished last)')
  .option('--since <id>', 'html: an earlier run to compare it with')
  .option('--state <dir>', 'folder of table and artifacts', '.dhmc')
  .option('--out <file>', 'the file; - for standard output', '-')
  .addHelpText(
    'after',
    '\nExamples:\n  dhmc report --format html --out report.html --since run-20261101T000000Z-1a2b3c4d\n  dhmc report --format csv --out targets.csv\n  dhmc report --format json --run run-20261101T000000Z-1a2b3c4d',
  )
  .action(does(async () => (await import('./commands/report.ts')).report));

report
  .command('verify')
  .summary('whether exported reports are the ones that the run wrote')
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

addSetupCommands(program);

// `dhmc ... | head` closes the pipe; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.finished);
  throw error;
});

for (const command of program.commands) command.configureHelp({ showGlobalOptions: true });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = end(error);
}

function end(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version were asked for; without a command, the help is the answer to wrong usage.
    if (error.exitCode === 0) return EXIT.finished;
    if (error.code === 'commander.help') return EXIT.usage;
    const slip = error.code === 'commander.missingMandatoryOptionValue' ? findSlip(process.argv) : null;
    if (slip !== null) return end(new UsageError(`${slip}; see dhmc --help`));
    return end(new UsageError(`${wordedAsOurs(error.message)}; see dhmc --help`));
  }
  const ending = describeEnding(error);
  process.stderr.write(`${ending.line}\n`);
  const level: LogLevel | undefined = program.opts().logLevel;
  if (level === 'DEBUG' && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return ending.exitCode;
}

/** A mistyped flag is often why a required one is missing; commander looks for those first. */
function findSlip(words: readonly string[]): string | null {
  const command = program.commands.find((each) => words.includes(each.name()));
  const known = [...(command?.options ?? []), ...program.options].flatMap(({ long }) => long ?? []);
  const flag = words
    .map((word) => word.split('=')[0] ?? '')
    .find((word) => /^--\w/.test(word) && !known.includes(word));
  return flag === undefined ? null : `unknown option '${flag}'${suggestNearest(flag, known)}`;
}

/** Commander says `error: unknown option '--x'`, a suggestion on a second line. */
function wordedAsOurs(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\.?\s*\n\((Did you mean [^)]*)\)/, (_, hint: string) => `; ${hint.toLowerCase()}`)
    .replace(/\.$/, '');
}
