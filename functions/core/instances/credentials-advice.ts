/** Advice on credentials: the metadata service, the instance profile, and what DHMC needs. */
import { needsEc2Messages } from '../network/needed-names.ts';
import type { AdviceContext } from './advice-context.ts';
import type { InstanceDetail } from './facts.ts';
import { type Advice, type AdviceStep, quoted, quotedJson } from './pasteable.ts';

/** Source: aws-facts, from the agent's source: the metadata service gives these credentials to any caller. */
export const CREDENTIALS_ARE_SHARED =
  'Any process with access to the metadata service can obtain the credentials of the DHMC role: keep that role minimal.';

/**
 * CLI reference, modify-instance-metadata-options. The agent speaks IMDSv2 only; nothing can have relied on IMDSv1
 * while the endpoint was off, so tokens are required at once. A hop limit of 2 is for containers (EC2 user guide,
 * configuring-instance-metadata-options, in substance).
 */
export function imdsSteps({ instanceId }: InstanceDetail, { region }: AdviceContext): AdviceStep[] {
  const command = `aws ec2 modify-instance-metadata-options --region ${quoted(region)} --instance-id ${quoted(instanceId)} --http-endpoint enabled --http-tokens required`;
  return [
    { title: 'Turn the metadata service on, version 2 only', commands: [command] },
    {
      title: 'Only if the agent runs in a container: let the answer pass one more hop',
      commands: [`${command} --http-put-response-hop-limit 2`],
    },
  ];
}

export function credentialsSteps({ region, accountId }: AdviceContext): AdviceStep[] {
  const scope = `--local${accountId ? ` --accounts ${quoted(accountId)}` : ''} --regions ${quoted(region)}`;
  return [
    { title: 'See what enforce would change', commands: [`dhmc run --mode assess ${scope}`] },
    { title: 'Then let it', commands: [`dhmc run --mode enforce ${scope}`] },
  ];
}

/** "permissions for only Session Manager actions" (user guide, getting-started-create-iam-instance-profile). */
const CHANNEL_ACTIONS = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/** The statement of `AmazonSSMManagedInstanceCore` on ec2messages. */
const MESSAGE_ACTIONS = [
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
];

/**
 * The profile registers the agent but cannot open its channels, and as long as it registers, DHMC is not asked:
 * "If you allow the ssm:UpdateInstanceInformation operation in your instance profiles, the instance will not use the Default Host Management
 * Configuration permissions" (user guide).
 */
export function profileAdvice(instance: InstanceDetail, context: AdviceContext): Advice {
  const { missingActions, profileRoleName } = context;
  const channels = !missingActions || missingActions.some((action) => action.startsWith('ssmmessages:'));
  const messages = needsEc2Messages(instance.agentVersion);
  const actions = [...(channels || !messages ? CHANNEL_ACTIONS : []), ...(messages ? MESSAGE_ACTIONS : [])];
  // Neither service has resource types: the guide's own policy says "Resource": "*".
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
  };
  const profile = quoted(instance.profileArn?.split('/').at(-1) ?? '');
  const findRole = `role=$(aws iam get-instance-profile --instance-profile-name ${profile} --query 'InstanceProfile.Roles[0].RoleName' --output text)`;
  const named = profileRoleName === undefined ? [findRole] : [`role=${quoted(profileRoleName)}`];
  return {
    summary:
      'Its profile keeps DHMC away but opens no channel, so sessions and commands fail: complete the profile, or let DHMC take over.',
    steps: [
      {
        title: 'Either add the missing statement to the role of the profile',
        commands: [
          ...named,
          `aws iam put-role-policy --role-name "$role" --policy-name SystemsManagerChannels --policy-document ${quotedJson(policy)}`,
        ],
      },
      {
        title:
          'Or let DHMC take over: find the policy that allows ssm:UpdateInstanceInformation, and take that action out of it',
        commands: [
          ...named,
          'aws iam list-attached-role-policies --role-name "$role" && aws iam list-role-policies --role-name "$role"',
        ],
      },
    ],
    cautions: [
      'The role may serve other instances and applications; what it gains, every process on all of them gains.',
      'A profile that begins to work takes precedence over DHMC: scripts run through Systems Manager then have its permissions, not those of the DHMC role.',
      'The other way round, with DHMC, scripts run through Systems Manager have the credentials of the DHMC role, which allow nothing but Systems Manager.',
    ],
  };
}
