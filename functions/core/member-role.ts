/** The roles through which the service enters an account. */
import type { Configuration } from './model/configuration.ts';

export type MemberRoleKind = 'reader' | 'writer';

/** Name with its path, as an ARN has it behind `role/`: `DhmcRolloutReader`, `ops/DhmcRolloutReader`. */
export function memberRoleName(
  { memberRole }: Pick<Configuration, 'memberRole'>,
  kind: MemberRoleKind,
): string {
  return `${memberRole.path}${memberRole[kind]}`.slice(1);
}
