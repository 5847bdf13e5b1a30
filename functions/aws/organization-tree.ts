/** The tree of organizational units: paths of accounts, and the units' names. */
import {
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListRoots,
} from '@aws-sdk/client-organizations';
import type { Account } from '../core/model/primitives.ts';
import type { SessionClients } from './client-pool.ts';
import './organization-client.ts';
import { unlessGone } from './unless-gone.ts';

/** Names by id, of roots too. */
export type UnitNames = Map<string, string>;

/**
 * Walks the tree once from its roots: one call a unit, two where an account's path was not given with it; fills those
 * paths and answers the names.
 */
export async function walkUnits(clients: SessionClients, accounts: Account[]): Promise<UnitNames> {
  const client = clients.organizations();
  const names: UnitNames = new Map();
  const lacking = new Map(
    accounts
      .filter(({ organizationPath }) => organizationPath === null)
      .map((account) => [account.accountId, account]),
  );
  const pending: string[][] = [];
  for await (const page of paginateListRoots({ client }, {})) {
    for (const root of page.Roots ?? []) {
      if (!root.Id) continue;
      names.set(root.Id, root.Name ?? root.Id);
      pending.push([root.Id]);
    }
  }
  for (let path = pending.shift(); path; path = pending.shift()) {
    const here = path;
    const parent = here.at(-1) ?? '';
    await unlessGone(async () => {
      if (lacking.size > 0) {
        for await (const page of paginateListAccountsForParent({ client }, { ParentId: parent })) {
          for (const child of page.Accounts ?? []) {
            const account = lacking.get(child.Id ?? '');
            if (account) account.organizationPath = here;
          }
        }
      }
      for await (const page of paginateListOrganizationalUnitsForParent({ client }, { ParentId: parent })) {
        for (const unit of page.OrganizationalUnits ?? []) {
          if (!unit.Id) continue;
          names.set(unit.Id, unit.Name ?? unit.Id);
          pending.push([...here, unit.Id]);
        }
      }
    });
  }
  return names;
}
