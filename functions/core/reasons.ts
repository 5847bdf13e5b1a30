/**
 * Every code that a result can carry, with what it means. The reference of reason codes is generated
 * from here, so none can be missing from it. Source of the codes: docs/spec/decisions.md, "Scope", "Changes".
 */
export interface CodeText {
  /** What was found, as a sentence. */
  meaning: string;
  /** What a person can do about it, as a sentence. */
  remedy: string;
}

/** What stopped something: the setting, a repair of the role, whatever change was attempted, endpoints. */
export type Obstacle = 'SETTING' | 'REPAIR' | 'CHANGE' | 'ENDPOINTS';

/** A reason with what follows from it everywhere; a new code does not compile without its status. */
export interface ReasonTraits extends CodeText {
  /** What it alone makes of a target. */
  status: 'SKIPPED' | 'CONVERGING' | 'NON_COMPLIANT' | 'ERROR';
  /**
   * Passing, so that a settle pass looks again, even where the target is non-compliant for good by another reason. An
   * assess does so only for what the run itself left undone; enforce for both.
   */
  retriedBy?: 'assess' | 'enforce';
  /** A planned change resolves it: not counted against a target while the change is merely held back. */
  resolvedByPlan?: true;
  /** Kind of change that would resolve it, so that it may follow from whatever stopped that change. */
  changedBy?: 'SETTING' | 'ROLE' | 'NETWORK';
  /** What it keeps from being done: such a reason comes first in a report. */
  stops?: readonly Obstacle[];
  /** It leaves a change planned instead of failed. */
  leavesPlanned?: true;
}

export const REASONS = {
  ACCOUNT_NOT_ACTIVE: {
    status: 'SKIPPED',
    meaning: 'The account is suspended or closed.',
    remedy: 'Nothing to do; reopen the account if it is still needed.',
  },
  ACCOUNT_NOT_READY: {
    status: 'CONVERGING',
    stops: ['CHANGE'],
    meaning: 'The account is new or has just moved and cannot be entered yet.',
    remedy: 'Nothing to do: later passes and runs try again.',
  },
  ACTION_DENIED_BY_SCP: {
    status: 'NON_COMPLIANT',
    stops: ['CHANGE'],
    meaning: 'A service control policy denies an action that the rollout needs.',
    remedy: 'Exempt the member roles from that policy, or exclude the account or Region.',
  },
  ACCESS_DENIED: {
    status: 'ERROR',
    stops: ['CHANGE'],
    meaning: 'The member role lacks a permission.',
    remedy: 'Update the member role from its template (dhmc template member-role).',
  },
  ASSOCIATIONS_NOT_ACKNOWLEDGED: {
    status: 'NON_COMPLIANT',
    stops: ['SETTING'],
    meaning: 'State Manager associations would run on the new nodes, and they are not acknowledged.',
    remedy:
      'Name them in acknowledgedAssociations (for all, or in an override for some accounts), or turn requireAssociationAck off there.',
  },
  AWS_UNAVAILABLE: {
    status: 'ERROR',
    retriedBy: 'assess',
    stops: ['CHANGE'],
    meaning: 'AWS did not answer, or kept throttling, until the retries were used up.',
    remedy: 'Nothing to do if it passes; the next run tries again.',
  },
  CRASHED: {
    status: 'ERROR',
    meaning: 'The work on this account crashed or timed out.',
    remedy: 'Look at the log of reconcile-account for this run and account; the next run tries again.',
  },
  DEFERRED: {
    status: 'CONVERGING',
    retriedBy: 'assess',
    meaning: 'The time limit of one invocation was near; this Region belongs to the next pass.',
    remedy: 'Nothing to do: the next pass continues here.',
  },
  DHMC_NOT_IN_REGION: {
    status: 'SKIPPED',
    meaning: 'The Region does not offer Default Host Management Configuration.',
    remedy: 'Use instance profiles in this Region.',
  },
  DHMC_ROLE_DENIED: {
    status: 'NON_COMPLIANT',
    stops: ['SETTING'],
    meaning:
      'A permissions boundary, a service control policy or an explicit deny keeps the DHMC role from calls that managed nodes need, or a resource control policy keeps Systems Manager from assuming it.',
    remedy:
      'Allow the named actions for the role in that policy, or exempt the role; until then no setting is pointed at it.',
  },
  DHMC_ROLE_MISSING: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'ROLE',
    meaning: 'The DHMC role does not exist.',
    remedy: 'Run enforce, or create the role.',
  },
  DHMC_ROLE_POLICY_MISSING: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'ROLE',
    stops: ['REPAIR'],
    meaning: 'The DHMC role lacks a policy that it needs.',
    remedy: 'Attach the policy; existingRole: repair lets enforce do it on a role that is not ours.',
  },
  DHMC_ROLE_PRIVILEGED: {
    status: 'NON_COMPLIANT',
    stops: ['SETTING'],
    meaning: 'The DHMC role has policies beyond those wanted; any process on any instance could use them.',
    remedy:
      'Detach them, or list them in dhmcRole.extraPolicies or dhmcRole.inlinePolicies if they are meant.',
  },
  DHMC_ROLE_PROPAGATING: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    stops: ['CHANGE'],
    leavesPlanned: true,
    meaning: 'Systems Manager does not know the fresh role yet.',
    remedy: 'Nothing to do: the next pass sets it.',
  },
  DHMC_ROLE_TRUST_WRONG: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'ROLE',
    stops: ['REPAIR'],
    meaning:
      'The trust policy of the DHMC role keeps ssm.amazonaws.com out in this account and Region, or lets others in.',
    remedy:
      'Correct the trust policy; existingRole: repair lets enforce do it on a role that is not ours, but never loosens a condition or a Deny.',
  },
  EXCLUDED: {
    status: 'SKIPPED',
    meaning: 'The configuration excludes this account, organizational unit or Region.',
    remedy: 'Nothing to do; it is left untouched.',
  },
  INSTANCES_LOST: {
    status: 'NON_COMPLIANT',
    meaning: 'Instances that were Online before this run changed their account are not any more.',
    remedy: 'Find out what they lost; rollback of the run puts the former state back.',
  },
  LEASE_HELD: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    stops: ['CHANGE'],
    leavesPlanned: true,
    meaning: 'Another run is at work on this account.',
    remedy: 'Nothing to do: the next pass looks again.',
  },
  NOT_INVOKED: {
    status: 'ERROR',
    meaning: 'Lambda refused to start the work on this account in every pass, since too much ran at once.',
    remedy: 'Raise the Lambda concurrency quota of the operator account, or lower concurrency.',
  },
  NOT_REVERSIBLE: {
    status: 'NON_COMPLIANT',
    stops: ['SETTING'],
    meaning: 'The change could not be rolled back, so it is not made.',
    remedy: 'Set allowIrreversible: true, or list the role in restorableRoleArns.',
  },
  READ_FAILED: {
    // Nothing is known of the target then, so it can't be called non-compliant.
    status: 'ERROR',
    meaning: 'AWS answered a read with an error that the service does not know.',
    remedy: 'See the sentence of the finding; the next run tries again.',
  },
  REGION_DENIED_BY_SCP: {
    status: 'SKIPPED',
    meaning: 'A service control policy denies this Region.',
    remedy: 'Nothing to do.',
  },
  REGION_ENABLING: {
    status: 'CONVERGING',
    meaning: 'The Region is being enabled in this account.',
    remedy: 'Nothing to do: a later pass looks again.',
  },
  REGION_NOT_ENABLED: {
    status: 'SKIPPED',
    meaning: 'The Region is not enabled in this account.',
    remedy: 'Nothing to do.',
  },
  ROLE_NOT_ASSUMABLE: {
    status: 'ERROR',
    stops: ['CHANGE'],
    meaning: 'The member role could not be assumed.',
    remedy:
      'Deploy the member role to this account, and compare its trust and external id with the configuration.',
  },
  ROLLBACK_CONFLICT: {
    status: 'NON_COMPLIANT',
    meaning: 'Something else changed it since, so the rollback leaves it as it is.',
    remedy: 'Compare it with what the finding says and decide by hand; what depends on it is kept too.',
  },
  RUN_STOPPED: {
    // Not done, and nothing is known to be wrong: a later run continues.
    status: 'CONVERGING',
    meaning: 'The run was stopped before it reached this account, so nothing was looked at or changed.',
    remedy:
      "See the run's reason and fix what stopped it; then dhmc run --mode enforce --resume RUN continues (dhmc resume alone clears the hold of a gate), or roll the run back.",
  },
  SETTING_CONTESTED: {
    status: 'NON_COMPLIANT',
    stops: ['SETTING'],
    meaning: 'Something else keeps taking our value of the service setting away.',
    remedy:
      'Find that controller (Quick Setup, a CloudFormation stack) by the user who last changed it, and let only one of the two decide.',
  },
  SETTING_FOREIGN_ROLE_PRIVILEGED: {
    status: 'NON_COMPLIANT',
    meaning:
      'The service setting names a role of another team with administrator-like permissions, which any process on any instance could use.',
    remedy: 'Point the setting at a role without them, or let existingSetting: replace take it over.',
  },
  SETTING_FOREIGN_ROLE_UNFIT: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    meaning: 'The service setting names another role, which is missing or cannot manage instances.',
    remedy: 'Repair that role, or use existingSetting: replace.',
  },
  SETTING_NOT_SET: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'SETTING',
    meaning: 'The service setting is not set.',
    remedy: 'Run enforce.',
  },
  STATE_CHANGED: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    stops: ['CHANGE'],
    leavesPlanned: true,
    meaning: 'The live value changed between plan and write, so nothing was written.',
    remedy: 'Nothing to do: the next pass plans anew.',
  },
  WRITE_FAILED: {
    status: 'NON_COMPLIANT',
    stops: ['CHANGE'],
    meaning: 'AWS refused a change.',
    remedy: 'See the error of the failed change.',
  },
  NO_PATH_TO_SSM: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'NETWORK',
    meaning: 'Instances of the VPC have no network path to Systems Manager.',
    remedy:
      'Run enforce with endpoints: provision, or give them a NAT gateway or central endpoints; dhmc explain compares the prices.',
  },
  VPC_OWNER_MANAGED: {
    // The owner decides, but the instances have no path until it did.
    status: 'NON_COMPLIANT',
    meaning: 'The VPC is shared from another account, which decides on its endpoints.',
    remedy: 'Nothing to do here: the owner account sees the need in the same run.',
  },
  VPC_OWNER_OUT_OF_SCOPE: {
    status: 'NON_COMPLIANT',
    meaning: 'The VPC is shared from an account that this rollout does not cover.',
    remedy: 'Ask the owner of the VPC for endpoints, or bring that account into scope.',
  },
  CENTRAL_ENDPOINTS_INCOMPLETE: {
    status: 'NON_COMPLIANT',
    meaning: 'Some of the needed names resolve to central endpoints, the others have no egress route.',
    remedy: 'Add the missing services to the central endpoints.',
  },
  CENTRAL_UNREACHABLE: {
    status: 'NON_COMPLIANT',
    meaning: 'A name resolves to central endpoints, but no route leads there.',
    remedy:
      'Add the route (transit gateway, peering) to the central VPC, or disassociate the hosted zone from this VPC.',
  },
  CENTRAL_NOT_PLANNED: {
    status: 'NON_COMPLIANT',
    meaning:
      'endpoints: central is set, but the VPC was not shown to reach the hub of its Region, so it is not switched to the hub.',
    remedy:
      'Remove the obstacle that the finding names, or use endpoints: provision for this account (overrides).',
  },
  CENTRAL_HUB_PENDING: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    meaning:
      'The hub of the Region is being made: its endpoints, its Profile and share, or its private hosted zones and their authorizations are not complete yet.',
    remedy:
      'Nothing to do: enforce makes them in the account of the hub, and later passes continue from there.',
  },
  ROLLBACK_HUB_IN_USE: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    meaning:
      'VPCs still use the hub, so the rollback keeps its endpoints, and its Profile and share or private hosted zones.',
    remedy:
      'Nothing to do where the same rollback disassociates them: a later pass continues. Otherwise disassociate them from the Profile or zones first.',
  },
  CENTRAL_HUB_REFUSED: {
    status: 'NON_COMPLIANT',
    stops: ['ENDPOINTS'],
    meaning: 'The hub of the Region cannot be made as it is set.',
    remedy: 'Remove what the finding names, or set another hub VPC or a Profile in hubs.',
  },
  CENTRAL_MOVING: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    meaning: 'The VPC moves from its own endpoints to the hub of its Region, a step in each pass.',
    remedy: 'Nothing to do: later passes and runs with --migrate-central continue where it is.',
  },
  CENTRAL_UNDECIDED: {
    status: 'CONVERGING',
    retriedBy: 'assess',
    meaning:
      'endpoints: auto compares the price of central endpoints and of own ones over all VPCs of a Region, which are not all recorded yet.',
    remedy: 'Nothing to do: the next pass decides.',
  },
  VPC_DNS_DISABLED: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'NETWORK',
    meaning: 'enableDnsSupport or enableDnsHostnames of the VPC is off, so private names do not resolve.',
    remedy: 'Turn both on, or set enableVpcDns: true; that also wakes dormant private hosted zones.',
  },
  DNS_CUSTOM: {
    status: 'NON_COMPLIANT',
    meaning:
      "The DHCP options name someone else's DNS servers, which do not know the endpoints, and there is no egress route.",
    remedy:
      'Forward the names to a Route 53 Resolver inbound endpoint (recommended), add a NAT gateway, or, for tests, use hosts files.',
  },
  PRIVATE_DNS_CONFLICT: {
    status: 'NON_COMPLIANT',
    stops: ['CHANGE', 'ENDPOINTS'],
    meaning: 'Another endpoint already holds the private DNS name that a new one would need.',
    remedy: 'Remove or repair the holder.',
  },
  DNS_HUB_VPC: {
    status: 'NON_COMPLIANT',
    meaning: 'Others resolve names through this VPC, so an endpoint here would redirect them too.',
    remedy: 'Set endpointsInDnsHubs: true if that is wanted.',
  },
  ENDPOINT_DRIFTED: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'NETWORK',
    meaning:
      'An endpoint of ours lost a rule, subnet, security group or its private DNS, or has another policy than endpointPolicy says.',
    remedy: 'Run enforce with endpoints: provision.',
  },
  ENDPOINT_SERVICE_MISSING: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'NETWORK',
    meaning: 'Instances cannot reach a service that endpointServices names; an endpoint would change that.',
    remedy: 'Run enforce with endpoints: provision.',
  },
  ENDPOINT_SERVICE_BLOCKED: {
    status: 'NON_COMPLIANT',
    meaning:
      'Instances cannot reach a service that endpointServices names, and no endpoint can be planned for it.',
    remedy: 'Remove the obstacle that the finding names, or remove the service from endpointServices.',
  },
  ENDPOINT_PENDING: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    stops: ['CHANGE'],
    meaning: 'An endpoint is being made or removed.',
    remedy:
      'Nothing to do: the next pass looks again; an endpoint that waits for acceptance needs its owner.',
  },
  ENDPOINT_SG_BLOCKS_443: {
    status: 'NON_COMPLIANT',
    meaning: 'The security group of the endpoint does not admit TCP 443 from the instance.',
    remedy: 'Allow inbound 443 from the instance in a security group of the endpoint.',
  },
  ENDPOINT_POLICY_DENIES: {
    status: 'NON_COMPLIANT',
    meaning: 'The policy of the endpoint does not allow the calls of the agent.',
    remedy: 'Allow them in the policy of the endpoint.',
  },
  ENDPOINT_PRIVATE_DNS_OFF: {
    status: 'NON_COMPLIANT',
    meaning: 'The endpoint exists, but its private DNS is off, so the agent does not find it.',
    remedy: 'Turn private DNS of the endpoint on.',
  },
  ENDPOINT_ZONE_UNSUPPORTED: {
    status: 'NON_COMPLIANT',
    stops: ['CHANGE', 'ENDPOINTS'],
    meaning: 'No subnet of the VPC lies in an Availability Zone that the service supports.',
    remedy: 'Add a subnet in a supported zone, or use a NAT gateway or central endpoints.',
  },
  ENDPOINT_SUBNET_FULL: {
    status: 'NON_COMPLIANT',
    stops: ['CHANGE', 'ENDPOINTS'],
    meaning: 'No subnet in a supported Availability Zone has a free address.',
    remedy: 'Add a subnet, or free addresses.',
  },
  PATH_NOT_PRIVATE: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    changedBy: 'NETWORK',
    meaning:
      'Instances reach Systems Manager over public addresses, and the configuration wants a private path (path: private).',
    remedy: 'Set endpoints: provision, or central, for this account; or make interface endpoints by hand.',
  },
  NACL_BLOCKS_443: {
    status: 'NON_COMPLIANT',
    meaning: 'A network ACL on the path blocks TCP 443 or its answers.',
    remedy:
      'Allow outbound 443 and inbound ephemeral ports at the instance, and the reverse at endpoint or NAT gateway.',
  },
  INSTANCE_SG_BLOCKS_443: {
    status: 'NON_COMPLIANT',
    meaning: 'The security groups of the instance do not allow outbound TCP 443 to where the name resolves.',
    remedy: 'Allow outbound 443 in a security group of the instance.',
  },
  IPV6_ONLY: {
    status: 'NON_COMPLIANT',
    meaning: 'The only egress route is IPv6, which the agent does not use by default.',
    remedy: 'Give it IPv4, or configure UseDualStackEndpoint (agent 3.3.3270.0 or later).',
  },
  BUDGET_EXCEEDED: {
    status: 'NON_COMPLIANT',
    stops: ['ENDPOINTS'],
    meaning: 'The endpoints would cost more than the configuration allows.',
    remedy: 'Raise maxMonthlyUsdPerVpc or maxMonthlyUsd, or use central endpoints.',
  },
  INSTANCE_UNMANAGED: {
    status: 'NON_COMPLIANT',
    resolvedByPlan: true,
    meaning: 'Running instances are not managed by Systems Manager.',
    remedy: 'See the verdict of each instance for its next step; instancesCount: false leaves them out.',
  },
  AWAITING_AGENT: {
    status: 'CONVERGING',
    retriedBy: 'enforce',
    meaning: 'A setting, role or path has just changed, and agents can take up to 65 minutes to pick it up.',
    remedy: 'Nothing to do: a later pass or run looks again.',
  },
} as const satisfies Record<string, ReasonTraits>;

export const NOTES = {
  ACCOUNT_ASSESSED_ONLY: {
    meaning: 'The configuration has this account assessed and not changed (managementAccount: assess).',
    remedy: 'Set managementAccount: enforce where it should be changed too, or make the changes by hand.',
  },
  ASSOCIATIONS_UNKNOWN: {
    meaning: 'Which State Manager associations would run on the new nodes cannot be read.',
    remedy: 'Update the member role from its template (dhmc template member-role).',
  },
  AGENT_UPDATES_MISSING: {
    meaning: 'No State Manager association updates the agents of all managed nodes of the Region.',
    remedy: 'Set agentUpdates: associate, or create an association of AWS-UpdateSSMAgent.',
  },
  AGENT_UPDATES_BY_OTHERS: {
    meaning: 'An association of others updates the agents of all managed nodes; it is left as it is.',
    remedy: 'Nothing to do.',
  },
  AGENT_UPDATES_LEFT_OUT: {
    meaning:
      'Some nodes have no association that updates agents, and none is planned: too many would have to be named, or none of them reaches the S3 bucket of the agent.',
    remedy:
      'Create one by tag, or give the nodes a path to S3 (endpointServices: [s3]; a gateway endpoint has no charge).',
  },
  AGENT_UPDATES_OUTDATED: {
    meaning:
      'The association of ours that updates agents is out of date: it misses nodes that were added later, reaches hybrid or ignored nodes, or has lost its schedule.',
    remedy:
      'Delete it (aws ssm delete-association) and run enforce with agentUpdates: associate, which creates one for the current nodes.',
  },
  AGENT_UPDATES_UNKNOWN: {
    meaning: 'Whether an association updates the agents cannot be read.',
    remedy: 'Update the member role from its template (dhmc template member-role).',
  },
  ASSOCIATIONS_WILL_APPLY: {
    meaning:
      'State Manager associations that target all or tagged nodes run on instances as they become managed.',
    remedy:
      'See their names in the change; requireAssociationAck: true holds it until they are acknowledged.',
  },
  ENFORCE_HELD: {
    meaning: 'A wave gate stopped an earlier run, and the hold that it left keeps changes from being made.',
    remedy: 'Fix what the hold names, then run dhmc resume.',
  },
  RUN_IN_PROGRESS: {
    meaning: 'Another run is changing the organization, and one run does so at a time.',
    remedy: 'Nothing to do if the other run reaches the account; else run enforce after it has ended.',
  },
  ENFORCE_FROZEN: {
    meaning: 'A freeze period of the configuration keeps changes from being made.',
    remedy: 'Run enforce after it, or take the period out of the configuration.',
  },
  KILL_SWITCH: {
    meaning: 'The kill switch keeps changes from being made.',
    remedy: 'Ask who threw it (dhmc kill status); dhmc kill off lifts it.',
  },
  SETTING_QUICK_SETUP_ROLE: {
    meaning:
      'The service setting names a role that Quick Setup or the unified console of Systems Manager creates, so one of them manages the setting as well.',
    remedy:
      'Keep it, or remove this account and Region from that setup before existingSetting: replace, because it writes its value again.',
  },
  SETTING_FOREIGN_ROLE: {
    meaning: 'The service setting names a sound role of another team, which is kept.',
    remedy: 'Nothing to do; existingSetting: replace would take it over.',
  },
  DHMC_ROLE_TRUST_CONDITIONAL: {
    meaning:
      'Whether Systems Manager may assume the DHMC role is not known: its trust policy or a resource control policy depends on what AWS does not document, or resource control policies could not be read.',
    remedy: 'Check that an instance becomes a managed node with it; an Online instance proves the trust.',
  },
  REGION_STATE_INFERRED: {
    meaning:
      'Whether the Region is enabled could not be read; tokens of the account are refused there and accepted elsewhere, so it counts as not enabled.',
    remedy: 'Allow the reader account:ListRegions or ec2:DescribeRegions.',
  },
  EGRESS_UNKNOWN: {
    meaning: 'Whether there is an egress route cannot be seen from here.',
    remedy: 'See dhmc explain for where it leads; unknownEgress: provision treats it as none.',
  },
  REROUTES_WORKING_TRAFFIC: {
    meaning:
      'Private DNS moves the Systems Manager traffic of the whole VPC, also of instances that work over the internet today.',
    remedy: 'Check policies that name source addresses.',
  },
  WAKES_PRIVATE_ZONES: {
    meaning: 'Turning the DNS attributes on also wakes dormant private hosted zones of the VPC.',
    remedy: 'Check the zones that are associated with the VPC.',
  },
  ENDPOINT_POLICY_UNDECIDED: {
    meaning: 'The policy of the endpoint has conditions that cannot be judged from here.',
    remedy: 'Check that it lets the agents of these instances through.',
  },
  ENDPOINT_POLICY_BY_OTHERS: {
    meaning:
      'Someone else set the policy of an endpoint of ours; endpointPolicy: full, the default, leaves it as it is.',
    remedy: 'Nothing to do. To have enforce replace it, set endpointPolicy to another value.',
  },
  IGNORED_BY_TAG: {
    meaning: 'It is tagged dhmc-rollout=ignore and left alone.',
    remedy: 'Nothing to do.',
  },
  ENDPOINTS_UNNEEDED: {
    meaning: 'Endpoints of ours exist in a VPC that would have a path without them, or holds no instance.',
    remedy: 'Set prune: true; they are removed once this held for pruneAfterDays.',
  },
  PREVIOUS_VALUE_INVALID: {
    meaning: 'The role that the setting named before cannot be set again, so the setting was reset to unset.',
    remedy: 'Set the role that is wanted there by hand.',
  },
  SESSIONS_BLOCKED: {
    meaning: 'Instances are Online, but have no path to ssmmessages, so sessions and commands fail.',
    remedy: 'Give them a path to ssmmessages as well; their VPC says what is missing.',
  },
  PROFILE_WITHOUT_SSM: {
    meaning:
      'Instances have a profile that grants nothing for Systems Manager: scripts run through it use the credentials of DHMC.',
    remedy: "Scripts that need the profile's permissions must ask the metadata service for them.",
  },
  HYBRID_NODES_NOT_COVERED: {
    meaning: 'Hybrid nodes (mi-...) are registered here; DHMC covers EC2 instances only.',
    remedy: 'They need their own activation and role; expired activations are listed.',
  },
  INSTANCE_FACTS_INCOMPLETE: {
    meaning: 'Instance profiles, status checks or activations could not be read, so verdicts are less exact.',
    remedy: 'Update the member role from its template (dhmc template member-role).',
  },
  SESSION_LOGGING_BLOCKED: {
    meaning:
      'The session preferences name logs or a key that the DHMC role may not use, or that instances of some subnets cannot reach.',
    remedy:
      'dhmc explain of an instance names what is missing; allow it in dhmcRole.extraPolicies, and add endpoints for s3, logs or kms (endpointServices).',
  },
  PRICE_ESTIMATED: {
    meaning: 'The price of an endpoint in this Region is not known; the price of us-east-1 is used.',
    remedy: 'Set prices in the configuration.',
  },
} as const satisfies Record<string, CodeText>;

export type ReasonCode = keyof typeof REASONS;
/** As results hold it: a waiver keeps a reason from counting. */
export type ReasonEntry = ReasonCode | `WAIVED:${ReasonCode}`;
export type NoteCode = keyof typeof NOTES;

/** The row of a code; null for a note, a waived reason, or a code that this version does not know. */
export function reasonOf(code: string): ReasonTraits | null {
  return Object.hasOwn(REASONS, code) ? REASONS[code as ReasonCode] : null;
}
