/** What a reader of the table sees, without what differs from run to run. */
import type { TargetResult } from '../../../functions/core/model/result.ts';
import type { Store } from '../../../functions/store/contract.ts';

export type Table = Record<
  string,
  Pick<TargetResult, 'status' | 'reasons' | 'notes' | 'setting'> & { changes: string[][] }
>;

export async function tableOf(from: Store, accounts: string[]): Promise<Table> {
  const targets: Table = {};
  for (const accountId of accounts) {
    const changes = ({ changes: made }: TargetResult) => made.map((change) => [change.kind, change.outcome]);
    for (const target of await from.getTargets(accountId)) {
      const { status, reasons, notes, setting } = target;
      targets[`${accountId} ${target.region}`] = {
        status,
        reasons,
        notes,
        setting,
        changes: changes(target),
      };
    }
  }
  return targets;
}
