/** The kill switch of a state folder: while it is on, enforce and rollback change nothing. */
import { userInfo } from 'node:os';
import type { KillSwitch } from '../../functions/core/hold.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { OutputFormat } from '../flags.ts';
import { openStateFolder } from '../state-folder.ts';
import { hasStateFolder } from '../with-state-folder.ts';

interface KillFlags {
  switch: 'on' | 'off' | 'status';
  why?: string;
  state: string;
  output: OutputFormat;
}

export async function kill({ switch: to, why, state: folder, output }: KillFlags): Promise<number> {
  if (to === 'on' && !why?.trim())
    throw new UsageError('kill on: --why is missing; say it for those who find it on');
  if (to !== 'on' && why !== undefined)
    throw new UsageError(`--why has no meaning with kill ${to}; leave it out`);
  if (!(await hasStateFolder(folder))) {
    throw new UsageError(`state folder ${folder} holds nothing yet; name the one of your runs with --state`);
  }
  const state = await openStateFolder(folder);
  try {
    const before = await state.store.getKillSwitch();
    if (to === 'on' && before === null) {
      const since = new Date().toISOString();
      await state.store.setKillSwitch({ who: userInfo().username, why: why?.trim() ?? '', since });
    }
    if (to === 'off') await state.store.setKillSwitch(null);
    const now = await state.store.getKillSwitch();
    process.stdout.write(output === 'json' ? `${JSON.stringify(now)}\n` : `${describe(now)}\n`);
    if (to === 'on' && before !== null)
      process.stderr.write('dhmc: it was on already, and is left as it was\n');
    return EXIT.finished;
  } finally {
    await state.close();
  }
}

function describe(kill: KillSwitch | null): string {
  return kill === null
    ? 'kill switch: off'
    : `kill switch: on since ${kill.since}, by ${kill.who}: ${kill.why}\nenforce and rollback change nothing until dhmc kill off`;
}
