/**
 * What a person may do with sessions: their own alone.
 *
 * A session's id begins with the user's name, or for a role with the name of the role session, while
 * `${aws:userid}` is `AIDA...` or `AROA...:name`. AWS's samples use `session/${aws:userid}-*`
 * (getting-started-restrict-access-quickstart); for "federated IDs", IAM Identity Center among them, it
 * documents the tag `aws:ssmmessages:session-id` that Session Manager puts on each session, "with a value in
 * the format of role-id:caller-specified-role-name" (getting-started-restrict-access-examples, example 4:
 * "This method works for all accounts"). Both are granted. The ARN's form also fits the sessions of a role
 * session whose name continues this one after a hyphen (`dev`, `dev-ops`); the tag is exact.
 */
import { type AccessRequest, sessionArn } from './access-request.ts';
import type { ReasonedStatement } from './policy-document.ts';

const USER = '$' + '{aws:userid}';
const END_AND_RESUME = ['ssm:TerminateSession', 'ssm:ResumeSession'];

export function ownSessionStatements(request: AccessRequest): ReasonedStatement[] {
  const own = sessionArn(request, `${USER}-*`);
  return [
    {
      statement: {
        Sid: 'OpenOwnSessions',
        Effect: 'Allow',
        Action: ['ssmmessages:OpenDataChannel'],
        Resource: [own],
      },
      reason: 'opens the stream of a session that one has started oneself',
      source: 'Systems Manager user guide, getting-started-restrict-access-quickstart',
    },
    {
      statement: { Sid: 'EndAndResumeOwnSessions', Effect: 'Allow', Action: END_AND_RESUME, Resource: [own] },
      reason: 'ends and resumes one’s own sessions, known by their id',
      source: 'Systems Manager user guide, getting-started-restrict-access-quickstart',
    },
    {
      statement: {
        Sid: 'EndAndResumeOwnTaggedSessions',
        Effect: 'Allow',
        Action: END_AND_RESUME,
        Resource: [sessionArn(request, '*')],
        Condition: { StringEquals: { 'ssm:resourceTag/aws:ssmmessages:session-id': USER } },
      },
      reason:
        'the same for roles and IAM Identity Center, whose sessions are known by the tag that Session Manager sets; * because ids are made up by AWS, and the condition names the person',
      source: 'Systems Manager user guide, getting-started-restrict-access-examples, example 4, method 2',
    },
  ];
}
