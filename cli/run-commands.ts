/** Commands that run: assess, enforce, rollback, a plan of them, a rehearsal, and what stops or resumes them. */
import { Argument, type Command } from 'commander';
import {
  does,
  markdown,
  mode,
  output,
  resumed,
  whyResumed,
  withConnection,
  withEnding,
  withMigration,
  withScope,
  withSettling,
} from './command-parts.ts';

export function addRunCommands(program: Command): void {
  program
    .command('demo')
    .summary('run the whole rollout on a made-up organization, then show the report')
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

  const run = withEnding(
    withScope(
      program
        .command('run')
        .summary('assess or enforce over an organization, or roll back a run')
        .description(
          'Runs over the organization: assess only looks, enforce changes what differs, rollback reverts an enforce run.',
        )
        .addOption(mode().makeOptionMandatory())
        .option('--local', 'run on this machine with your AWS credentials')
        .option('--state-machine <arn>', 'start that state machine and follow it'),
    )
      .option('--rollback-of <run>', 'the run to roll back, or all')
      .addOption(resumed())
      .addOption(whyResumed())
      .option('--plan <file>', 'with enforce: apply only the changes of this plan (dhmc plan --out)')
      .option('--yes', 'with a local enforce: do not ask before changes are made')
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

  const plan = withEnding(
    withScope(
      program
        .command('plan')
        .summary('show what enforce would change')
        .description(
          'The same as run --mode assess, with every change that enforce would make and its price.',
        )
        .option('--local', 'run on this machine with your AWS credentials')
        .option('--state-machine <arn>', 'start that state machine and follow it')
        .option('--from <dir>', 'plan against this snapshot instead of AWS'),
    )
      .option('--out <file>', 'write the plan to this file, for run --mode enforce --plan')
      .addOption(markdown())
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

  plan
    .command('show')
    .summary("show a plan's file")
    .description(
      'Shows a plan that dhmc plan --out wrote: its changes by kind and account, and their price. Reaches nothing.',
    )
    .argument('<file>', 'the plan')
    .addOption(markdown())
    .addOption(output())
    .addHelpText('after', '\nExample:\n  dhmc plan show plan.json --format md')
    .action(does(async () => (await import('./commands/plan-show.ts')).showPlan));

  const rehearsal = withEnding(
    withScope(
      program
        .command('rehearse')
        .summary('run against a simulated copy of a snapshot')
        .description(
          'Runs the real service, changes included, against a twin of the organization in a snapshot. AWS is never reached, whatever the environment says.',
        )
        .requiredOption('--from <dir>', 'the snapshot')
        .addOption(mode().default('assess'))
        .option('--rollback-of <run>', 'the run to roll back, or all; with --state'),
    )
      .addOption(resumed())
      .addOption(whyResumed())
      .option('--plan <file>', 'with enforce: apply only the changes of this plan (dhmc plan --out)')
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

  const kill = program
    .command('kill')
    .summary('stop every enforce and rollback from changing anything')
    .description(
      'The kill switch: while it is on, enforce and rollback assess, change nothing and say why. It is an item of the table of the state folder, or of the deployed service with --table.',
    )
    .addArgument(new Argument('<switch>', 'what to do').choices(['on', 'off', 'status']))
    .option('--why <text>', 'with on: the reason, shown to whoever finds it on')
    .option('--table <name>', 'table of the deployed service (stack output TableName)')
    .option('--state <dir>', 'folder of table and artifacts', '.dhmc')
    .addOption(output())
    .addHelpText(
      'after',
      "\nExamples:\n  dhmc kill on --why 'incident 4711'\n  dhmc kill status\n  dhmc kill off",
    )
    .action(does(async () => (await import('./commands/kill.ts')).kill));

  const resume = program
    .command('resume')
    .summary('clear the hold of a stopped run, so that enforce can change things again')
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

  for (const command of [run, plan, rehearsal]) withMigration(withSettling(command));
  for (const command of [run, plan, resume, kill]) withConnection(command);
}
