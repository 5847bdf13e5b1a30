/** Enforce with every switch on, and what it and its rollback did. */
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import type { Piece, Snapshot } from '../../twin/contract.ts';
import type { Organization } from './organization.ts';

/** Everything that enforce may change. */
export const EVERYTHING: Partial<Configuration> = {
  existingSetting: 'replace',
  existingRole: 'repair',
  restorableRoleArns: ['arn:aws:iam::*:role/*'],
  endpoints: 'provision',
  enableVpcDns: true,
};

export function outcomesOf(result: RunResult): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { changes } of [...result.accounts, ...result.targets]) {
    for (const { outcome } of changes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Each once: what concerns the role is on its targets too. */
export const conflictsOf = (result: RunResult) => [
  ...new Set(
    [...result.accounts, ...result.targets].flatMap(({ accountId, findings }) =>
      findings
        .filter(({ code }) => code === 'ROLLBACK_CONFLICT')
        .map(({ sentence }) => `${accountId} ${sentence}`),
    ),
  ),
];

export const rollBack = (organization: Organization, rollbackOf: string) =>
  organization.run({ mode: 'rollback', rollbackOf }, EVERYTHING);

/** The members' writers as the template makes them with those restorableRoleArns. */
export function letPassEveryRole(snapshot: Snapshot): Snapshot {
  for (const { Iam } of snapshot.accounts.values()) {
    const policies: Piece[] = Iam.RoleDetailList.flatMap((role: Piece) => role.RolePolicyList);
    const statements: Piece[] = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    for (const statement of statements.filter(({ Action }) => Action === 'iam:PassRole')) {
      statement.Resource = '*';
    }
  }
  return snapshot;
}
