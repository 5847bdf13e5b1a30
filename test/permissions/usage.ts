/** What each role may do, statement by statement, and how often a run did it. */
import type { EvaluationRequest, Piece } from '../../twin/contract.ts';
import { evaluate } from '../../twin/iam/evaluate.ts';

/** One action of one statement of one role. */
export interface Grant {
  /** Name of the role, or of the function that has it. */
  role: string;
  sid: string;
  action: string;
}

export interface UsedGrant extends Grant {
  count: number;
}

export interface Refusal {
  role: string;
  action: string;
  resource: string;
  because: string;
}

export interface Usage {
  /** Says what a role is granted; the same role of many accounts once. */
  grant(role: string, policies: readonly Piece[]): void;
  /** An allowed call: counts for each statement that allows it by itself. */
  use(role: string, request: EvaluationRequest): void;
  refuse(refusal: Refusal): void;
  grants(): UsedGrant[];
  /** Those that no policy of the role allowed: a missing right. A denial by SCP or trust is the organization's. */
  refusals(): Refusal[];
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const keyOf = ({ role, sid, action }: Grant) => `${role} ${sid} ${action}`;

export function createUsage(): Usage {
  const counts = new Map<string, UsedGrant>();
  const refused: Refusal[] = [];
  return {
    grant(role, policies) {
      const granted = policies.flatMap(({ Statement }) => Statement as Piece[]);
      for (const { Sid: sid, Action } of granted) {
        for (const action of list<string>(Action)) {
          const key = keyOf({ role, sid, action });
          if (!counts.has(key)) counts.set(key, { role, sid, action, count: 0 });
        }
      }
    },
    use(role, request) {
      const statements = request.identityPolicies.flatMap(({ Statement }) => Statement as Piece[]);
      for (const statement of statements) {
        if (!list<string>(statement.Action).includes(request.action)) continue;
        const alone = {
          ...request,
          identityPolicies: [{ Version: '2012-10-17', Statement: [statement] }],
          serviceControlPolicies: [],
        };
        const used = counts.get(keyOf({ role, sid: statement.Sid, action: request.action }));
        if (used && evaluate(alone).allowed) used.count += 1;
      }
    },
    refuse: (refusal) => refused.push(refusal),
    grants: () => [...counts.values()],
    refusals: () => refused,
  };
}
