import { type App, Tags, Validations } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { AwsSolutionsChecks } from 'cdk-nag';
import { organizationsRegion } from '../functions/core/partition.ts';
import { acknowledgements } from './acknowledgements.ts';
import { BUNDLE_FOLDER, bundleHandlers } from './bundle.ts';
import { addCheckovSkips } from './checkov-skips.ts';
import { readDeploymentFile, withDeployment } from './deployment-file.ts';
import { CONTROL_TOWER_EVENTS, ORGANIZATION_EVENTS } from './event-patterns.ts';
import { EventsStack } from './events-stack.ts';
import { REGION_CHANGED } from './member-event-patterns.ts';
import { MemberRolesStack } from './member-roles-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { readSettings, refuseUnknownKeys, type Settings } from './settings.ts';

/** Both stacks with cdk-nag's checks; the handlers are bundled first. Throws SettingsError, DeploymentFileError, ConfigurationError. */
export async function createStacks(app: App, options: { bundle?: string; acknowledge?: boolean } = {}) {
  const { bundle = BUNDLE_FOLDER, acknowledge = true } = options;
  refuseUnknownKeys(Object.keys(app.node.getAllContext()));
  const context = (name: string): unknown => app.node.tryGetContext(name);
  const deployment = context('deployment');
  const file = readDeploymentFile(
    typeof deployment === 'string' && deployment !== '' ? deployment : undefined,
  );
  const settings = readSettings(withDeployment(context, file));
  await bundleHandlers(bundle);
  const service = createServiceStack(app, settings, bundle);
  const memberRoles = new MemberRolesStack(app, 'DhmcRolloutMemberRoles', {
    description: 'dhmc-rollout: roles of the member accounts, from the management account',
    settings,
    terminationProtection: true,
  });
  const events = createEventsStacks(app, settings);
  tagAll(app);
  const acknowledged = acknowledgements(service, memberRoles, events);
  for (const { scope, id, reason } of acknowledge ? acknowledged : []) {
    Validations.of(scope).acknowledge({ id, reason });
  }
  addCheckovSkips(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { service, memberRoles, events, acknowledged };
}

export function createServiceStack(app: App, settings: Settings, bundle: string): ServiceStack {
  return new ServiceStack(app, 'DhmcRolloutService', {
    description: 'dhmc-rollout: the service, in the operator account',
    settings,
    bundle,
    terminationProtection: true,
  });
}

/** Not every partition's CloudFormation knows tags of a dashboard. */
export function tagAll(app: App): void {
  Tags.of(app).add('application', 'dhmc-rollout', { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] });
}

/** Only where it is known whose bus the events go to. */
export function createEventsStacks(app: App, settings: Settings): EventsStack[] {
  const { operatorAccountId, operatorRegion, controlTowerRegion } = settings;
  if (operatorAccountId === undefined) return [];
  const home = organizationsRegion(operatorRegion ?? controlTowerRegion ?? '');
  const here = controlTowerRegion === undefined || controlTowerRegion === home;
  const add = (id: string, region: string, patterns: Record<string, EventPattern>) =>
    new EventsStack(app, id, {
      description: `dhmc-rollout: account events, in the management account, ${region}`,
      env: { region },
      operatorAccountId,
      operatorRegion: operatorRegion ?? home,
      patterns,
    });
  return [
    add('DhmcRolloutEvents', home, {
      ...ORGANIZATION_EVENTS,
      ...(here ? CONTROL_TOWER_EVENTS : {}),
      // A Region that the management account enables for a member is reported to the management account.
      ...(settings.configuration.events.members === 'on' ? { RegionChanged: REGION_CHANGED } : {}),
    }),
    ...(here ? [] : [add('DhmcRolloutControlTowerEvents', controlTowerRegion, CONTROL_TOWER_EVENTS)]),
  ];
}
