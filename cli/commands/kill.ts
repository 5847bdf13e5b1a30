/** The kill switch of a state folder or of the deployed service: while it is on, enforce and rollback change nothing. */
import { userInfo } from 'node:os';
import { type CommandPlace, commandLine } from '../../functions/core/command-line.ts';
import type { KillSwitch } from '../../functions/core/hold.ts';
import { connectStore } from '../../functions/store/connect.ts';
import type { Store } from '../../functions/store/contract.ts';
import { type ConnectionFlags, connectToEnvironment } from '../connection.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { OutputFormat } from '../flags.ts';
import { commandName, folderPlace } from '../runs/command-place.ts';
import { openStateFolder } from '../state-folder.ts';
import { hasStateFolder } from '../with-state-folder.ts';

interface KillFlags extends ConnectionFlags {
  switch: 'on' | 'off' | 'status';
  why?: string;
  state: string;
  table?: string;
  output: OutputFormat;
}

export async function kill(flags: KillFlags): Promise<number> {
  const { switch: to, why } = flags;
  if (to === 'on' && !why?.trim())
    throw new UsageError('kill on: --why is missing; say it for those who find it on');
  if (to !== 'on' && why !== undefined)
    throw new UsageError(`--why has no meaning with kill ${to}; leave it out`);
  const { state: folder, table } = flags;
  if (table !== undefined) {
    const { homeRegion: region } = await connectToEnvironment();
    const place: CommandPlace = {
      kind: 'deployed',
      stateMachine: null,
      table,
      bucket: null,
      region,
      profile: flags.profile,
      command: commandName(),
    };
    return throwSwitch(connectStore({ region, tableName: table, bucket: '' }).store, flags, place);
  }
  if (!(await hasStateFolder(folder))) {
    throw new UsageError(`state folder ${folder} holds nothing yet; name the one of your runs with --state`);
  }
  const state = await openStateFolder(folder);
  try {
    return await throwSwitch(state.store, flags, folderPlace(flags));
  } finally {
    await state.close();
  }
}

async function throwSwitch(
  store: Pick<Store, 'getKillSwitch' | 'setKillSwitch'>,
  { switch: to, why, output }: KillFlags,
  place: CommandPlace,
): Promise<number> {
  const before = await store.getKillSwitch();
  if (to === 'on' && before === null) {
    const since = new Date().toISOString();
    await store.setKillSwitch({ who: userInfo().username, why: why?.trim() ?? '', since });
  }
  if (to === 'off') await store.setKillSwitch(null);
  const now = await store.getKillSwitch();
  process.stdout.write(output === 'json' ? `${JSON.stringify(now)}\n` : `${describe(now, place)}\n`);
  if (to === 'on' && before !== null)
    process.stderr.write('dhmc: it was on already, and is left as it was\n');
  return EXIT.finished;
}

function describe(kill: KillSwitch | null, place: CommandPlace): string {
  if (kill === null) return 'kill switch: off';
  const off = commandLine(['kill', 'off'], place);
  return `kill switch: on since ${kill.since}, by ${kill.who}: ${kill.why}\nenforce and rollback change nothing until it is off:\n  ${off}`;
}
