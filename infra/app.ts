/** `cdk synth`, `cdk deploy`: needs neither credentials nor a network until it deploys. */
import { App } from 'aws-cdk-lib';
import { createStacks } from './stacks.ts';

/** Mistakes of the input, which have nothing to do with where in the code they were found. */
const INPUT_ERRORS: ReadonlySet<string> = new Set([
  'SettingsError',
  'DeploymentFileError',
  'ConfigurationError',
]);

const app = new App({ analyticsReporting: false });
const { BUNDLE_FOLDER } = process.env;
try {
  await createStacks(app, BUNDLE_FOLDER === undefined ? {} : { bundle: BUNDLE_FOLDER });
  app.synth();
} catch (error) {
  if (!(error instanceof Error && INPUT_ERRORS.has(error.name))) throw error;
  process.stderr.write(error.message.replace(/^/gm, 'dhmc-rollout: ').concat('\n'));
  process.exitCode = 1;
}
