/** `cdk synth`, `cdk deploy`: needs neither credentials nor a network until it deploys. */
import { App } from 'aws-cdk-lib';
import { createStacks } from './stacks.ts';

const app = new App({ analyticsReporting: false });
const { BUNDLE_FOLDER } = process.env;
await createStacks(app, BUNDLE_FOLDER === undefined ? {} : { bundle: BUNDLE_FOLDER });
app.synth();
