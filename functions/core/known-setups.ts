/**
 * Other controllers of the service setting, recognized by the names that AWS gives to what they use.
 *
 * Sources: AWS Managed Policy Reference, AWSQuickSetupEnableDHMCExecutionPolicy (the runbook
 * AWSQuickSetupType-EnableDHMC creates `AWS-QuickSetup-SSM-DefaultEC2MgmtRole-*` and passes it to Systems Manager) and
 * AWSQuickSetupSSMManageResourcesExecutionPolicy (that runbook runs as `AWS-QuickSetup-SSM-EnableDHMC*`, of the
 * document AWSQuickSetupType-SSM, by which the unified console is set up). The console's own role and that of Quick
 * Setup's Host Management: Systems Manager user guide. That CloudFormation names its sessions `AWSCloudFormation` is
 * known from CloudTrail records; no page of the guide that says so was found.
 */

export interface KnownSetup {
  /** As a sentence names it. */
  name: string;
  /** Whether it writes the setting again by itself. */
  repeats: boolean;
}

const QUICK_SETUP: KnownSetup = {
  name: 'Quick Setup or the unified console of Systems Manager',
  repeats: true,
};

const ROLES: { pattern: RegExp; setup: KnownSetup }[] = [
  { pattern: /^AWS-QuickSetup-SSM-DefaultEC2MgmtRole(-|$)/, setup: QUICK_SETUP },
  {
    pattern: /^AmazonSSMRoleForInstancesQuickSetup$/,
    setup: { name: "Quick Setup's Host Management, for instance profiles", repeats: false },
  },
  {
    pattern: /^AWSSystemsManagerDefaultEC2InstanceManagementRole$/,
    setup: { name: "Systems Manager's console (Fleet Manager)", repeats: false },
  },
];

/** What made the role that a setting names; null where its name does not say. */
export function setupOfRole(value: string): KnownSetup | null {
  const name = value.split('/').at(-1) ?? '';
  return ROLES.find(({ pattern }) => pattern.test(name))?.setup ?? null;
}

/** The controller behind `LastModifiedUser`, as a sentence names it; null where the ARN does not say. */
export function setupOfUser(userArn: string): string | null {
  const [, role = '', session = ''] = /:assumed-role\/(?:.+\/)?([^/]+)\/([^/]+)$/.exec(userArn) ?? [];
  if (role.startsWith('AWS-QuickSetup-')) return QUICK_SETUP.name;
  return session === 'AWSCloudFormation' ? 'a CloudFormation stack' : null;
}
