import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgements } from './acknowledgements.ts';
import { BUNDLE_FOLDER, bundleHandlers } from './bundle.ts';
import { MemberRolesStack } from './member-roles-stack.ts';
import { ServiceStack } from './service-stack.ts';
import { readSettings } from './settings.ts';

/** Both stacks with cdk-nag's checks; the handlers are bundled first. Throws SettingsError, ConfigurationError. */
export async function createStacks(app: App, options: { bundle?: string; acknowledge?: boolean } = {}) {
  const { bundle = BUNDLE_FOLDER, acknowledge = true } = options;
  const settings = readSettings((name) => app.node.tryGetContext(name));
  await bundleHandlers(bundle);
  const service = new ServiceStack(app, 'DhmcRolloutService', {
    description: 'dhmc-rollout: the service, in the operator account',
    settings,
    bundle,
  });
  const memberRoles = new MemberRolesStack(app, 'DhmcRolloutMemberRoles', {
    description: 'dhmc-rollout: roles of the member accounts, from the management account',
    settings,
  });
  Tags.of(app).add('application', 'dhmc-rollout');
  const acknowledged = acknowledgements(service, memberRoles);
  for (const { scope, id, reason } of acknowledge ? acknowledged : []) {
    Validations.of(scope).acknowledge({ id, reason });
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { service, memberRoles, acknowledged };
}
