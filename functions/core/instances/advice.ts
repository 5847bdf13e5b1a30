/**
 * What to do about an instance, from its verdict: steps with commands that can be pasted, and what to know before.
 *
 * Sources: Systems Manager user guide, pages fleet-manager-default-host-management-configuration,
 * getting-started-create-iam-instance-profile, ssm-agent-technical-details, troubleshooting-ssm-cli; the AWS CLI's
 * reference of each command. Commands of the AWS CLI run where a person has credentials of the account; all others on the
 * instance itself.
 */

import type { AdviceContext } from './advice-context.ts';
import { distributionOf, installationCautions, installationSteps } from './agent-installation.ts';
import { CREDENTIALS_ARE_SHARED, credentialsSteps, imdsSteps, profileAdvice } from './credentials-advice.ts';
import type { InstanceDetail, InstanceVerdictCode } from './facts.ts';
import { networkAdvice } from './network-advice.ts';
import { type Advice, type AdviceStep, quoted } from './pasteable.ts';

export type { Advice } from './pasteable.ts';

export function adviseInstance(
  verdict: InstanceVerdictCode,
  instance: InstanceDetail,
  context: AdviceContext,
): Advice {
  switch (verdict) {
    case 'SERVICE_MANAGED':
      return advice('An AWS service operates this instance; nothing to do.');
    case 'PROFILE_SUPPRESSES_DHMC':
      return profileAdvice(instance, context);
    case 'MANAGED':
      return managed(instance, context);
    case 'IMDS_DISABLED':
      return advice(
        'Turn the metadata service on: without it the agent gets no credentials, from a profile or from DHMC.',
        imdsSteps(instance, context),
        [
          'The metadata service serves every local process; an application that must not have the role of the instance or of DHMC needs its own firewall.',
          CREDENTIALS_ARE_SHARED,
        ],
      );
    case 'NO_PATH':
      return networkAdvice(
        'Give the instance a network path to Systems Manager.',
        instance,
        context,
        'NO_PATH_TO_SSM',
      );
    case 'PATH_BLOCKED':
      return networkAdvice(
        'Open what blocks the path to Systems Manager; the route itself exists.',
        instance,
        context,
      );
    case 'NO_CREDENTIALS':
      return advice(
        'Nothing to do on the instance: enforce puts the DHMC role and setting of its Region right.',
        credentialsSteps(context),
        [
          'Up to 65 minutes may pass until the agent asks again: it retries a denial every 25 to 30 minutes.',
          CREDENTIALS_ARE_SHARED,
        ],
      );
    case 'AGENT_TOO_OLD':
      return advice(
        `Update the agent${instance.agentVersion ? ` (${instance.agentVersion})` : ''}: DHMC takes 3.2.582.0 or later.`,
        installationSteps(instance, context),
        [...installationCautions(instance), CREDENTIALS_ARE_SHARED],
      );
    case 'AWAITING_AGENT':
      return advice(
        'Wait: up to 65 minutes after a change, 15 after a launch; then look again.',
        [restartStep(instance, 'Or, to hurry it: restart the agent on the instance')],
        [],
      );
    case 'STATUS_CHECK_FAILED':
      return statusCheck(instance, context);
    case 'CONNECTION_LOST':
      return advice(
        'The agent was connected before: see whether it runs, and what changed since its last ping.',
        [
          restartStep(instance, 'On the instance: restart the agent'),
          diagnosticsStep(instance),
          ...logStep(instance),
        ],
        ['Without another way in (SSH, RDP, the serial console), a reboot restarts the agent as well.'],
      );
    case 'PATH_UNKNOWN':
      return networkAdvice(
        context.unread && context.unread.length > 0
          ? `Its path could not be judged, since ${context.unread.join(' and ')}: allow the member role to read that, then run explain again.`
          : 'Where its route ends cannot be seen from here: test it on the instance, or ask the owner of what is behind it.',
        instance,
        context,
      );
    case 'API_DENIED':
      return advice(
        'A policy above the role takes its permissions away: see the reason on the role and change that policy, or exempt the role.',
      );
    case 'AGENT_SILENT':
      return silent(instance, context);
  }
}

/** Of an instance that is stopped. */
export function adviseToStart(
  { instanceId, state }: InstanceDetail,
  { region }: Pick<AdviceContext, 'region' | 'partition'>,
): Advice {
  if (state !== 'stopped') return advice('Nothing to do while it is on its way; look again.');
  const command = `aws ec2 start-instances --region ${quoted(region)} --instance-ids ${quoted(instanceId)}`;
  return advice('Nothing to do; once it runs, its agent reports within minutes.', [
    { title: 'To have it managed, start it', commands: [command] },
  ]);
}

function advice(summary: string, steps: AdviceStep[] = [], cautions: string[] = []): Advice {
  return { summary, steps, cautions };
}

function managed(instance: InstanceDetail, context: AdviceContext): Advice {
  if (context.reasons.length === 0) return advice('Managed; nothing to do.');
  return networkAdvice('Managed, but something still blocks it.', instance, context);
}

/** "If an instance status check fails, you typically must address the problem yourself" (EC2 user guide, status checks). */
function statusCheck(instance: InstanceDetail, { region }: AdviceContext): Advice {
  const at = `--region ${quoted(region)}`;
  const id = quoted(instance.instanceId);
  return advice(
    'EC2 reports a failing status check: repair the instance first, then look at the agent.',
    [
      {
        title: 'See which check fails, and what the console says',
        commands: [
          `aws ec2 describe-instance-status ${at} --instance-ids ${id}`,
          `aws ec2 get-console-output ${at} --instance-id ${id} --latest --output text`,
        ],
      },
      {
        title: 'Instance check: reboot it',
        commands: [`aws ec2 reboot-instances ${at} --instance-ids ${id}`],
      },
      {
        title: 'System check: stop and start it, which moves it to another host',
        commands: [
          `aws ec2 stop-instances ${at} --instance-ids ${id} && aws ec2 wait instance-stopped ${at} --instance-ids ${id}`,
          `aws ec2 start-instances ${at} --instance-ids ${id}`,
        ],
      },
    ],
    [
      'A reboot or stop interrupts what runs there. A stop loses instance-store volumes and a public address that is not an Elastic IP; --latest works on Nitro instances only.',
    ],
  );
}

/**
 * Of the registration: instances with DHMC keep it in these directories, and where it was deleted DHMC cannot bring
 * them back; a profile or a new instance can (user guide, fleet-manager-default-host-management-configuration, in
 * substance).
 */
function silent(instance: InstanceDetail, context: AdviceContext): Advice {
  if (context.hybridNodeId !== undefined) return registeredAsHybrid(instance, context, context.hybridNodeId);
  const folder = instance.platform === 'windows' ? 'C:\\ProgramData\\Amazon\\SSM' : '/var/lib/amazon/ssm';
  return advice(
    'Systems Manager has never seen its agent, and nothing was found that keeps it away: the agent is absent, stopped, or lost its registration.',
    [
      restartStep(instance, 'On the instance: see whether the agent is there, and restart it'),
      diagnosticsStep(instance),
      ...installationSteps(instance, context),
      {
        title: `Where ${folder} was emptied or copied from another instance: give it an instance profile, or launch it anew`,
        commands: [],
      },
    ],
    [
      ...installationCautions(instance),
      `Never delete ${folder}: with DHMC it holds the registration, and without it DHMC stays broken on that instance.`,
      PROFILE_TAKES_PRECEDENCE,
    ],
  );
}

/** Systems Manager user guide, "Deregistering managed nodes in a hybrid and multicloud environment". */
function registeredAsHybrid(instance: InstanceDetail, { region }: AdviceContext, nodeId: string): Advice {
  const clear =
    instance.platform === 'windows'
      ? [
          "Stop-Service AmazonSSMAgent; & 'C:\\Program Files\\Amazon\\SSM\\amazon-ssm-agent.exe' -register -clear; Start-Service AmazonSSMAgent",
        ]
      : ['sudo amazon-ssm-agent -register -clear'];
  return advice(
    `The hybrid node ${nodeId} is Online with its address: its agent is most likely registered by an activation. To have it managed as this instance, deregister that node and clear its registration.`,
    [
      {
        title: `Once you know that ${nodeId} is this instance: deregister it`,
        commands: [
          `aws ssm deregister-managed-instance --region ${quoted(region)} --instance-id ${quoted(nodeId)}`,
        ],
      },
      { title: 'On the instance: clear the registration', commands: clear },
      restartStep(instance, 'Then restart the agent'),
    ],
    [
      'Two machines may have one private address: compare the name of the node with the instance first.',
      `What is addressed to ${nodeId} (associations, patch baselines, run commands) no longer reaches the instance.`,
    ],
  );
}

const PROFILE_TAKES_PRECEDENCE =
  'A profile that begins to work takes precedence over DHMC, and scripts run through Systems Manager then have its permissions.';

function restartStep(instance: InstanceDetail, title: string): AdviceStep {
  switch (distributionOf(instance)) {
    case 'windows':
      return { title, commands: ['Get-Service AmazonSSMAgent', 'Restart-Service AmazonSSMAgent'] };
    case 'macos':
      return {
        title,
        commands: [
          'sudo launchctl stop com.amazon.aws.ssm; sudo launchctl load -w /Library/LaunchDaemons/com.amazon.aws.ssm.plist; sudo launchctl start com.amazon.aws.ssm',
        ],
      };
    case 'ubuntu':
      return {
        title,
        commands: ['sudo snap services amazon-ssm-agent', 'sudo snap restart amazon-ssm-agent'],
      };
    case 'linux':
      // Where the distribution is not known it may be the snap of Ubuntu.
      return {
        title,
        commands: ['sudo systemctl restart amazon-ssm-agent || sudo snap restart amazon-ssm-agent'],
      };
    default:
      return {
        title,
        commands: [
          'sudo systemctl status --no-pager amazon-ssm-agent',
          'sudo systemctl restart amazon-ssm-agent',
        ],
      };
  }
}

/** "ssm-cli get-diagnostics --output table", from agent 3.1.501.0 on (user guide, troubleshooting-ssm-cli). */
function diagnosticsStep({ platform }: InstanceDetail): AdviceStep {
  return {
    title: 'Ask the agent itself what it lacks',
    commands: [
      platform === 'windows'
        ? '& "$env:ProgramFiles\\Amazon\\SSM\\ssm-cli.exe" get-diagnostics --output table'
        : 'sudo ssm-cli get-diagnostics --output table',
    ],
  };
}

/** Paths: user guide, ssm-agent-logs. */
function logStep({ platform }: InstanceDetail): AdviceStep[] {
  return [
    {
      title: 'Read its log',
      commands: [
        platform === 'windows'
          ? 'Get-Content -Tail 50 "$env:ProgramData\\Amazon\\SSM\\Logs\\amazon-ssm-agent.log"'
          : 'sudo tail -n 50 /var/log/amazon/ssm/amazon-ssm-agent.log',
      ],
    },
  ];
}
