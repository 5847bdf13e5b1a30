/** Updates of SSM Agent. */
import { UPDATE_DOCUMENT } from '../../functions/core/agent-updates.ts';
import { ACCOUNT, type MemberSettings, onOurs, type Statement, sub, tagsOfOurs } from './statement.ts';

/**
 * The association that updates agents: created with our tag and of that one document, deleted only where it carries the
 * tag. CreateAssociation is authorized on the association, which has no id beforehand, the document, and nodes named by id; it
 * has no dependent action, so tags are taken to need no other (Service Authorization Reference; not verified), and no
 * action is granted that could put our tag on an association of others.
 */
export function updateStatements(settings: MemberSettings): Statement[] {
  const every = (resource: string) => sub(`arn:\${AWS::Partition}:${resource}`);
  return [
    {
      Sid: 'CreateAgentUpdate',
      Effect: 'Allow',
      Action: 'ssm:CreateAssociation',
      Resource: [
        every(`ssm:*::document/${UPDATE_DOCUMENT}`),
        every(`ssm:*:${ACCOUNT}:association/*`),
        every(`ec2:*:${ACCOUNT}:instance/*`),
      ],
      Condition: tagsOfOurs(settings),
    },
    ...onOurs(settings, 'aws', {
      Sid: 'DeleteAgentUpdate',
      Effect: 'Allow',
      Action: 'ssm:DeleteAssociation',
      Resource: every(`ssm:*:${ACCOUNT}:association/*`),
    }),
  ];
}

export function mayUpdateAgents({ agentUpdates, overrides }: MemberSettings): boolean {
  return agentUpdates === 'associate' || overrides.some((override) => override.agentUpdates === 'associate');
}
