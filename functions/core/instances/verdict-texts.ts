/** What each verdict on an instance means (docs/spec/decisions.md, "Instance verdicts"), and the next step in one sentence. */
import type { CodeText } from '../reasons.ts';
import type { InstanceVerdictCode } from './facts.ts';

export const VERDICTS: Record<InstanceVerdictCode, CodeText> = {
  SERVICE_MANAGED: {
    meaning: 'An AWS service operates the instance, so it is not counted.',
    remedy: 'Nothing to do.',
  },
  PROFILE_SUPPRESSES_DHMC: {
    meaning:
      'The instance profile lets the agent register and so keeps DHMC away, but does not allow what sessions need.',
    remedy:
      'Give its role ssmmessages:CreateControlChannel and CreateDataChannel (or AmazonSSMManagedInstanceCore), or take ssm:UpdateInstanceInformation away.',
  },
  MANAGED: { meaning: 'The instance is Online in Systems Manager.', remedy: 'Nothing to do.' },
  IMDS_DISABLED: {
    meaning: 'The instance metadata service is off, so the agent finds no credentials.',
    remedy: 'Turn its HTTP endpoint on (modify-instance-metadata-options), with tokens required.',
  },
  NO_PATH: {
    meaning: 'The instance has no network path to Systems Manager.',
    remedy: 'See the reason on its VPC: endpoints, a NAT gateway or central endpoints.',
  },
  PATH_BLOCKED: {
    meaning: 'Something blocks the network path of the instance to Systems Manager.',
    remedy: 'See the reason: a security group, network ACL, endpoint policy or name resolution.',
  },
  NO_CREDENTIALS: {
    meaning: 'The instance would use DHMC, whose role or setting is not in place.',
    remedy: 'Run enforce.',
  },
  API_DENIED: {
    meaning:
      'The policy of its credential source is there, but a service control policy, a permissions boundary or an explicit deny takes it away.',
    remedy: 'Exempt the role from that policy, or allow the named actions in it.',
  },
  AGENT_TOO_OLD: {
    meaning: 'The agent is older than 3.2.582.0, the first that knows DHMC.',
    remedy: 'Update the agent.',
  },
  AWAITING_AGENT: {
    meaning: 'What the agent waits for has just changed, or the instance has just been launched.',
    remedy: 'Nothing to do: agents take up to 65 minutes after a change, and 15 after a launch.',
  },
  STATUS_CHECK_FAILED: {
    meaning: 'A status check of EC2 fails on the instance.',
    remedy: 'Look at its console output; stop and start it, or restore it.',
  },
  CONNECTION_LOST: {
    meaning: 'Systems Manager knows the instance, but its agent no longer reports.',
    remedy: 'Look whether the agent runs, and restart it.',
  },
  PATH_UNKNOWN: {
    meaning:
      'The agent never reported, and whether it has a path to Systems Manager cannot be seen from here.',
    remedy: 'Test the path from the instance: TCP 443 to ssm and ssmmessages of its Region.',
  },
  AGENT_SILENT: {
    meaning: 'Nothing was found that keeps the agent away, but it never reported.',
    remedy:
      'Install or start the agent; where its registration was deleted, give the instance a profile or launch it again.',
  },
};
