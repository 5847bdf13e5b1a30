/** `cdk synth`, `cdk deploy`: needs neither credentials nor a network until it deploys. */
import { App } from 'aws-cdk-lib';
import { createStacks } from './stacks.ts';

const app = new App({ analyticsReporting: false });
await createStacks(app);
app.synth();
