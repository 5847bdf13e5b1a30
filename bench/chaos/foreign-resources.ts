/** What another team has in every account, which no run may change. */
import type { Piece, Snapshot } from '../../twin/contract.ts';
import { addRole } from '../../twin/make/iam.ts';

/** Roles and groups of another team in every account: nothing of a run may change them. */
export const FOREIGN_ROLE = 'OtherTeam';
const FOREIGN_GROUP = 'other-team';

export function addForeignResources(snapshot: Snapshot): void {
  for (const account of snapshot.accounts.values()) {
    addRole(account, { name: FOREIGN_ROLE, path: '/ops/', trust: { Service: 'ssm.amazonaws.com' } });
    for (const { Ec2 } of Object.values(account.Regions)) {
      const [group] = (Ec2.SecurityGroups ?? []) as Piece[];
      if (group === undefined) continue;
      const copy = structuredClone(group);
      Ec2.SecurityGroups.push({
        ...copy,
        GroupId: `${String(group.GroupId).slice(0, -4)}f0f0`,
        GroupName: FOREIGN_GROUP,
        Tags: [{ Key: 'team', Value: 'other' }],
      });
    }
  }
}

/** As JSON, to be compared: what belongs to another team, account by account. */
export function foreignResources(snapshot: Snapshot): Map<string, string> {
  return new Map(
    [...snapshot.accounts].map(([accountId, account]) => [
      accountId,
      JSON.stringify([
        account.Iam.RoleDetailList.filter(({ RoleName }: Piece) => RoleName === FOREIGN_ROLE),
        Object.values(account.Regions).flatMap(({ Ec2 }) =>
          (Ec2.SecurityGroups ?? []).filter(({ GroupName }: Piece) => GroupName === FOREIGN_GROUP),
        ),
      ]),
    ]),
  );
}
