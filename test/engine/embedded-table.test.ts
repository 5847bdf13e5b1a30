import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { DatabaseClass } from '../../cli/engine/durable-database.ts';
import { requireDatabase } from '../../cli/engine/require-database.ts';
import { openStateFolder } from '../../cli/state-folder.ts';

const level: { Level: DatabaseClass } = createRequire(requireDatabase().resolve('dynalite'))('level');

it('Given an embedded table, When it was queried, Then no iterator of its database is left open', async () => {
  const open = new Set<object>();
  let opened = 0;
  const Base = level.Level;
  level.Level = class extends Base {
    override values(options?: object) {
      const iterator = super.values(options);
      const close = iterator.close.bind(iterator);
      opened += 1;
      open.add(iterator);
      iterator.close = async () => {
        await close();
        open.delete(iterator);
      };
      return iterator;
    }
  };
  const state = await openStateFolder(null);
  try {
    for (let query = 0; query < 3; query += 1) await state.store.listJournal('111122223333');
    for (let turn = 0; turn < 20 && open.size > 0; turn += 1) await setImmediate();
    expect([opened >= 3, open.size]).toEqual([true, 0]);
  } finally {
    level.Level = Base;
    await state.close();
  }
});
