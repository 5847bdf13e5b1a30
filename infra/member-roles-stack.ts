/**
 * The management account's stack: a service-managed StackSet that brings reader and writer to every member
 * account below the given units, present and future, and the management account's own roles. It can also be
 * deployed by a delegated administrator of StackSets, which then is a member itself and gets its roles there.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aws, CfnParameter, CfnStackSet, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import type { Construct } from 'constructs';
import type { Configuration } from '../functions/core/model/configuration.ts';
import { iamRegion } from '../functions/core/partition.ts';
import { memberEventRules, OPERATOR_REGION } from './member-events.ts';
import { managementRoles, memberRoles, type Template } from './member-role-templates.ts';
import { type Settings, SettingsError } from './settings.ts';

export interface MemberRolesStackProps extends StackProps {
  settings: Settings;
}

export class MemberRolesStack extends Stack {
  readonly configuration: Configuration;

  constructor(scope: Construct, id: string, props: MemberRolesStackProps) {
    super(scope, id, props);
    const { configuration, operatorAccountId, organizationId, organizationalUnits, stackSetCaller } =
      props.settings;
    this.configuration = configuration;
    const options = { configuration, operatorAccountId, organizationId };
    const units = new CfnParameter(this, 'OrganizationalUnitIds', {
      type: 'CommaDelimitedList',
      description: 'Organizational units (or the root) whose accounts, with all below them, get the roles',
      ...(organizationalUnits.length > 0 ? { default: organizationalUnits.join(',') } : {}),
    });

    if (stackSetCaller === 'SELF') include(this, 'ManagementRoles', managementRoles(options));
    else include(this, 'ManagementRoles', { ...managementRoles(options), Resources: {}, Outputs: {} });

    const takesMembers = configuration.events.members === 'on';
    const operatorRegion = takesMembers
      ? new CfnParameter(this, 'OperatorRegion', {
          type: 'String',
          description: 'Region of the service, which takes the events of members',
          allowedPattern: OPERATOR_REGION.AllowedPattern,
          ...(props.settings.operatorRegion === undefined ? {} : { default: props.settings.operatorRegion }),
        })
      : null;
    const parameters = (...keys: string[]) =>
      [...keys, ...(operatorRegion ? ['OperatorRegion'] : [])].map((parameterKey) => ({
        parameterKey,
        parameterValue: { Ref: parameterKey } as unknown as string,
      }));
    // An account whose stack fails must not undo the others': with the strict mode, one of nine does
    // (CloudFormation API reference, StackSetOperationPreferences, "ConcurrencyMode"). The service reports it
    // as ROLE_NOT_ASSUMABLE.
    const operationPreferences = {
      concurrencyMode: 'SOFT_FAILURE_TOLERANCE',
      failureTolerancePercentage: 100,
      maxConcurrentPercentage: 25,
    };
    const common = {
      permissionModel: 'SERVICE_MANAGED',
      callAs: stackSetCaller,
      // An account that leaves the organization or the units loses what it got.
      autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
      managedExecution: { Active: true },
      operationPreferences,
    };
    const roles = new CfnStackSet(this, 'MemberRoles', {
      stackSetName: 'dhmc-rollout-member-roles',
      description: 'Roles through which dhmc-rollout enters a member account',
      ...common,
      capabilities: ['CAPABILITY_NAMED_IAM'],
      templateBody: JSON.stringify(memberRoles({ configuration })),
      parameters: parameters('OperatorAccountId', 'OrganizationId'),
      // IAM is global: one Region, the stack's own.
      stackInstancesGroup: [
        {
          deploymentTargets: { organizationalUnitIds: units.valueAsList },
          regions: [Aws.REGION],
        },
      ],
    });
    if (!takesMembers) return;
    const { targets, all } = eventRegions(props.settings);
    const rules = new CfnStackSet(this, 'MemberEvents', {
      stackSetName: 'dhmc-rollout-member-events',
      description: 'Rules that forward what others change in a member account to dhmc-rollout',
      ...common,
      templateBody: JSON.stringify(memberEventRules(configuration, targets.includes(all[0] ?? ''))),
      parameters: parameters('OperatorAccountId'),
      // A member that has not enabled a Region gets no stack there, and the others theirs.
      stackInstancesGroup: [
        { deploymentTargets: { organizationalUnitIds: units.valueAsList }, regions: all },
      ],
    });
    rules.addDependency(roles);
  }
}

/** Regions of the rules, the IAM Region first: it alone has events of IAM and of an account's Regions. */
function eventRegions({ configuration, memberEventRegions }: Settings): { targets: string[]; all: string[] } {
  const { regions } = configuration;
  const targets = regions === 'all' ? memberEventRegions : regions;
  const [some] = targets;
  if (some === undefined) {
    throw new SettingsError(
      'context memberEventRegions: missing; with regions: all, events.members: on needs the Regions that its rules go to',
    );
  }
  const iam = iamRegion(some);
  return { targets, all: [iam, ...targets.filter((region) => region !== iam)] };
}

/** A template takes part in a stack only as a file. */
function include(scope: Construct, id: string, template: Template): void {
  const folder = mkdtempSync(join(tmpdir(), 'dhmc-template-'));
  try {
    const templateFile = join(folder, 'template.json');
    writeFileSync(templateFile, JSON.stringify(template));
    new CfnInclude(scope, id, { templateFile });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
