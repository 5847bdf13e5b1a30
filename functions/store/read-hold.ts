/** What keeps a run of this mode from changing anything just now: one look at everything that may. */
import { findHold, type Hold } from '../core/hold.ts';
import type { Configuration } from '../core/model/configuration.ts';
import type { Mode } from '../core/model/primitives.ts';
import type { Store } from './contract.ts';

export async function readHold(
  store: Pick<Store, 'getKillSwitch' | 'getEnforceHold'>,
  mode: Mode,
  { freeze }: Pick<Configuration, 'freeze'>,
  now: Date,
): Promise<Hold | null> {
  if (mode === 'assess') return null;
  const [kill, enforceHold] = await Promise.all([
    store.getKillSwitch(),
    mode === 'enforce' ? store.getEnforceHold() : null,
  ]);
  return findHold({ mode, kill, enforceHold, freeze, now });
}
