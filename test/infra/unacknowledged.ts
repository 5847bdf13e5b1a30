/** The app with nothing acknowledged: prints what would have been, to compare with what is found. */
import { App } from 'aws-cdk-lib';
import { createStacks } from '../../infra/stacks.ts';

// Without it synth throws where something is found.
const context = { '@aws-cdk/core:failSynthOnValidationErrors': false };
const app = new App({ analyticsReporting: false, context });
const { acknowledged } = await createStacks(app, {
  acknowledge: false,
  bundle: process.env.BUNDLE_FOLDER ?? '',
});
app.synth();
const lines = acknowledged.map(({ scope, id, reason }) => ({ path: scope.node.path, id, reason }));
process.stdout.write(JSON.stringify(lines));
