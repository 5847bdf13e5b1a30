/** What advice depends on besides the instance. */
import type { ReasonCode } from '../reasons.ts';

export interface AdviceContext {
  region: string;
  partition: string;
  /** What the verdict rests on, and what else is on the instance's path. */
  reasons: ReasonCode[];
  /** Names the account in commands of ours. */
  accountId?: string;
  /** Of `PROFILE_ACTIONS`, those that the profile lacks; all that matter where left out. */
  missingActions?: string[];
  /** A hybrid node that is Online with the instance's address: most likely its own agent. */
  hybridNodeId?: string;
  /** Failed reads that leave its path unknown, e.g. `ec2:DescribeSubnets failed with UnauthorizedOperation`. */
  unread?: string[];
  /** Role of the profile; looked up by the command where left out. */
  profileRoleName?: string;
  /** IPv4 blocks that the names resolve to, where that is not the public space: outbound rules are kept to them. */
  destinations?: string[];
}
