import { describe, expect, it } from '@jest/globals';
import { type CommandPlace, commandLine, completeCommand } from '../../functions/core/command-line.ts';
import type { RunHead } from '../../functions/core/model/result.ts';
import { nextCommands } from '../../functions/core/next-commands.ts';

const FOLDER: CommandPlace = {
  kind: 'folder',
  state: 'my runs',
  config: 'c.yaml',
  profile: 'ops',
  region: 'eu-west-1',
};
const KEPT: CommandPlace = { kind: 'snapshot', from: 'after', state: 'kept' };
const THROWN_AWAY: CommandPlace = { kind: 'snapshot', from: 'snapshot', state: null };
const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:dhmc-rollout-enforce';
const DEPLOYED: CommandPlace = {
  kind: 'deployed',
  stateMachine: MACHINE,
  table: 't',
  bucket: 'b',
  region: 'eu-west-1',
};
const RESUME = ['run', '--mode', 'enforce', '--resume', 'run-1'];

describe('Given words of a command and the place of a run', () => {
  it.each<[CommandPlace, string[], string | null]>([
    [FOLDER, ['resume', '--why', 'TEXT'], "dhmc resume --why TEXT --state 'my runs'"],
    [
      FOLDER,
      RESUME,
      "dhmc run --mode enforce --resume run-1 --local --state 'my runs' --config c.yaml --profile ops --region eu-west-1",
    ],
    [FOLDER, ['report', '--format', 'csv'], "dhmc report --format csv --state 'my runs'"],
    [KEPT, RESUME, 'dhmc rehearse --mode enforce --resume run-1 --from after --state kept'],
    [KEPT, ['kill', 'off'], 'dhmc kill off --state kept'],
    [THROWN_AWAY, RESUME, null],
    [THROWN_AWAY, ['run', '--mode', 'assess'], 'dhmc rehearse --mode assess --from snapshot'],
    [THROWN_AWAY, ['accounts'], null],
    [DEPLOYED, RESUME, `dhmc run --mode enforce --resume run-1 --state-machine ${MACHINE} --table t`],
    [DEPLOYED, ['kill', 'off'], 'dhmc kill off --table t --region eu-west-1'],
    [DEPLOYED, ['accounts', '--run', 'run-1'], 'dhmc accounts --run run-1 --bucket b --region eu-west-1'],
    [DEPLOYED, ['run', '--plan', 'p.json'], `dhmc run --plan p.json --state-machine ${MACHINE} --bucket b`],
    [{ ...DEPLOYED, table: null }, ['resume'], null],
    [{ ...KEPT, command: 'npx --no-install dhmc' }, ['runs'], 'npx --no-install dhmc runs --state kept'],
    [
      FOLDER,
      ['plan', '--accounts', '1'],
      "dhmc plan --accounts 1 --local --state 'my runs' --config c.yaml --profile ops --region eu-west-1",
    ],
    [
      FOLDER,
      ['explain', 'i-1'],
      "dhmc explain i-1 --state 'my runs' --config c.yaml --profile ops --region eu-west-1",
    ],
    [{ kind: 'folder', state: 's' }, ['run', '--mode', 'assess'], 'dhmc run --mode assess --local --state s'],
    [{ ...KEPT, config: 'c.yaml' }, ['plan'], 'dhmc plan --from after --config c.yaml'],
    [KEPT, ['explain', 'i-1'], 'dhmc explain i-1 --from after'],
    [THROWN_AWAY, ['plan'], 'dhmc plan --from snapshot'],
    [THROWN_AWAY, ['run', '--rollback-of', 'all'], null],
    [{ ...DEPLOYED, profile: 'ops' }, ['plan'], `dhmc plan --state-machine ${MACHINE} --profile ops`],
    [
      { ...DEPLOYED, profile: 'ops' },
      ['explain', 'i-1'],
      'dhmc explain i-1 --region eu-west-1 --profile ops',
    ],
    [{ ...DEPLOYED, table: null, bucket: null }, ['explain', 'i-1'], 'dhmc explain i-1 --region eu-west-1'],
    [{ ...DEPLOYED, stateMachine: null }, ['run'], null],
    [{ ...DEPLOYED, bucket: null }, ['accounts'], null],
    [
      DEPLOYED,
      ['resume', '--why', "it's done"],
      "dhmc resume --why 'it'\\''s done' --table t --region eu-west-1",
    ],
  ])('When %j is given %j, Then the line is %s', (place, words, line) => {
    expect(commandLine(words, place)).toBe(line);
  });

  it('When a line is written already, Then only ours is completed, once', () => {
    expect(completeCommand("dhmc run --mode assess --local --accounts '1'", KEPT)).toBe(
      'dhmc rehearse --mode assess --accounts 1 --from after --state kept',
    );
    expect(completeCommand('aws ec2 describe-vpcs', KEPT)).toBe('aws ec2 describe-vpcs');
    expect(completeCommand('dhmcx runs', KEPT)).toBe('dhmcx runs');
    expect(completeCommand('dhmc runs', THROWN_AWAY)).toBe('dhmc runs');
  });

  it.each([
    ["dhmc kill on --why 'two words'", "dhmc kill on --why 'two words' --state kept"],
    ["dhmc kill on --why ''", "dhmc kill on --why '' --state kept"],
    ["dhmc kill on --why 'it'\\''s done'", "dhmc kill on --why 'it'\\''s done' --state kept"],
    ["dhmc kill on --why='a b' 'c'", "dhmc kill on '--why=a b' c --state kept"],
    ['dhmc kill on a\\ b', "dhmc kill on 'a b' --state kept"],
  ])('When the words of %s are quoted, Then each stays one word', (line, completed) => {
    expect(completeCommand(line, KEPT)).toBe(completed);
  });
});

describe('Given a run that ended early', () => {
  const run = (more: Partial<RunHead>) => ({ runId: 'run-1', mode: 'enforce', ...more }) as RunHead;
  const lines = (more: Partial<RunHead>, changed = false) =>
    nextCommands(run(more), DEPLOYED, changed).map(({ line }) => line.replace(MACHINE, 'ARN'));

  it('When a gate stopped it, Then it can be resumed, its hold cleared, and itself rolled back', () => {
    expect(lines({ status: 'STOPPED', stopCause: 'FAILURES' }, true)).toEqual([
      'dhmc run --mode enforce --resume run-1 --why TEXT --state-machine ARN --table t',
      'dhmc resume --resume run-1 --why TEXT --table t --region eu-west-1',
      'dhmc run --mode rollback --rollback-of run-1 --state-machine ARN',
    ]);
  });

  it('When a person stopped it, Then the same run continues', () => {
    const scope = {
      full: false,
      accounts: 1,
      organizationAccounts: 9,
      limitedTo: { regions: ['eu-west-1'] },
    };
    expect(lines({ status: 'STOPPED', stopCause: 'REQUESTED', scope })).toEqual([
      'dhmc run --mode enforce --regions eu-west-1 --state-machine ARN',
    ]);
    expect(lines({ status: 'STOPPED', stopCause: 'REQUESTED', mode: 'rollback', rollbackOf: 'all' })).toEqual(
      ['dhmc run --mode rollback --rollback-of all --state-machine ARN'],
    );
  });

  it('When a run of before says not why it stopped, Then the same run continues, with its scope', () => {
    const limitedTo = { accounts: ['1', '2'], organizationalUnits: ['ou-1'] };
    const scope = { full: false, accounts: 2, organizationAccounts: 9, limitedTo };
    expect(lines({ status: 'STOPPED', scope })).toEqual([
      'dhmc run --mode enforce --accounts 1,2 --ous ou-1 --state-machine ARN',
    ]);
  });

  it.each<[RunHead['hold'], string[]]>([
    [
      { code: 'KILL_SWITCH' } as RunHead['hold'],
      ['dhmc kill status --table t --region eu-west-1', 'dhmc kill off --table t --region eu-west-1'],
    ],
    [
      { code: 'ENFORCE_HELD', runId: 'run-0' } as RunHead['hold'],
      ['dhmc resume --resume run-0 --why TEXT --table t --region eu-west-1'],
    ],
    [{ code: 'ENFORCE_HELD' } as RunHead['hold'], ['dhmc resume --why TEXT --table t --region eu-west-1']],
    [{ code: 'ENFORCE_FROZEN' } as RunHead['hold'], []],
  ])('When it was held by %j, Then what ends that is suggested', (hold, expected) => {
    expect(lines({ status: 'SUCCEEDED', hold } as Partial<RunHead>)).toEqual(expected);
  });

  it('When its place was thrown away, Then nothing is suggested that would not work', () => {
    expect(
      nextCommands(run({ status: 'STOPPED', stopCause: 'FAILURES' } as never), THROWN_AWAY, true),
    ).toEqual([]);
  });

  it('When nothing kept it from its work, Then nothing is suggested', () => {
    expect(lines({ status: 'SUCCEEDED' })).toEqual([]);
  });
});
