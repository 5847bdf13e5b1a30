/** The least that a person needs for Session Manager sessions on given instances, with given documents. */
import {
  type AccessRequest,
  documentArn,
  instanceArns,
  refuseTooLarge,
  tagConditions,
} from './access-request.ts';
import { ownSessionStatements } from './own-sessions.ts';
import type { PolicyStatement, ReasonedStatement } from './policy-document.ts';

/** "The default session document" (getting-started-default-session-document), made in the user's own account. */
export const DEFAULT_SESSION_DOCUMENT = 'SSM-SessionManagerRunShell';

export interface SessionRequest extends AccessRequest {
  /** Names of session documents. */
  documents: readonly string[];
}

/**
 * "Explicit access to a session document must be granted ... To ensure the condition element is enforced, it must
 * be included in all policy statements which allow the ssm:StartSession action"
 * (getting-started-specify-session-document).
 */
export const DOCUMENT_CHECK = { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } };

/** @throws {PolicyTooLargeError} */
export function sessionPolicy(request: SessionRequest): ReasonedStatement[] {
  return refuseTooLarge(request, sessionStatements);
}

function sessionStatements(request: SessionRequest): ReasonedStatement[] {
  return [
    {
      statement: {
        Sid: 'StartSessionsOnNodes',
        Effect: 'Allow',
        Action: ['ssm:StartSession'],
        Resource: instanceArns(request),
        Condition: { ...whereTagged(request), ...DOCUMENT_CHECK },
      },
      reason:
        'starts sessions on these instances only, and only with a document that the next statement names',
      source:
        'Systems Manager user guide, getting-started-restrict-access-examples, examples 2 and 3; getting-started-specify-session-document',
    },
    {
      statement: {
        Sid: 'UseSessionDocuments',
        Effect: 'Allow',
        Action: ['ssm:StartSession'],
        Resource: request.documents.map((name) => documentArn(request, name)),
        Condition: DOCUMENT_CHECK,
      },
      reason:
        'what a session runs: no other document can be used, so no port is forwarded unless its document is named',
      source:
        'Systems Manager user guide, getting-started-default-session-document, getting-started-specify-session-document',
    },
    ...ownSessionStatements(request),
    {
      statement: {
        Sid: 'SeeWhetherNodesAnswer',
        Effect: 'Allow',
        Action: ['ssm:GetConnectionStatus'],
        Resource: instanceArns(request),
        ...conditionOf(whereTagged(request)),
      },
      reason: 'the console offers Connect only where the agent answers',
      source:
        'Systems Manager user guide, getting-started-restrict-access-quickstart; Service Authorization Reference, ssm',
    },
    {
      statement: {
        Sid: 'ListForConsole',
        Effect: 'Allow',
        Action: ['ssm:DescribeSessions', 'ssm:DescribeInstanceProperties', 'ec2:DescribeInstances'],
        Resource: ['*'],
      },
      reason:
        'what the console lists. * because none of these actions knows a resource; with the AWS CLI alone the statement can be left out',
      source:
        'Systems Manager user guide, getting-started-restrict-access-quickstart; Service Authorization Reference, ssm and ec2',
    },
  ];
}

export function whereTagged({ nodes }: AccessRequest): NonNullable<PolicyStatement['Condition']> {
  const tags = tagConditions(nodes, 'ssm:resourceTag/');
  return Object.keys(tags).length > 0 ? { StringEquals: tags } : {};
}

/** A Condition only where there is something in it. */
export function conditionOf(
  condition: NonNullable<PolicyStatement['Condition']>,
): Pick<PolicyStatement, 'Condition'> {
  return Object.keys(condition).length > 0 ? { Condition: condition } : {};
}
