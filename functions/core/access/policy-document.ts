/** IAM policies for people, each statement with its reason and where AWS documents it. */

export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: PolicyStatement[];
}

/** A statement with what an auditor asks about it. */
export interface ReasonedStatement {
  statement: PolicyStatement;
  /** What it is for; for a `*`, why it can't be narrower. */
  reason: string;
  /** Page of AWS's documentation. */
  source: string;
}

/** "The size of each managed policy cannot exceed 6,144 characters" (IAM user guide, reference_iam-quotas). */
export const MANAGED_POLICY_CHARACTERS = 6_144;

export function documentOf(statements: readonly ReasonedStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements.map(({ statement }) => statement) };
}

/** "IAM doesn't count white space when calculating the size of a policy against these quotas" (same page). */
export function countCharacters(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
}
