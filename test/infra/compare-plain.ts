/**
 * The stacks as `cdk deploy` would deploy them against the plain templates, each with its parameters and intrinsic
 * functions resolved. Prints what differs, by deployment: a separate process, since the CDK is large.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { App } from 'aws-cdk-lib';
import { eventsFiles, serviceFiles } from '../../infra/plain/files.ts';
import { type Synthesized, withoutCdkMetadata } from '../../infra/plain/plain-template.ts';
import { synthesizeParts } from '../../infra/plain/synthesize.ts';
import { readSettings } from '../../infra/settings.ts';
import { createStacks } from '../../infra/stacks.ts';
import { resolve } from './synthesize.ts';

const ACCOUNTS = {
  managementAccount: '100000000001',
  operatorAccount: '100000000002',
  organizationId: 'o-own1234567',
  memberEventRegions: 'eu-west-1',
};
const FOREIGN = 'test/infra/foreign-topic.yaml';

/** Every value of every feature is in one of them. */
const DEPLOYMENTS: Record<string, string>[] = [
  {},
  { scheduledMode: 'enforce' },
  { scheduledMode: 'off', operatorAccount: ACCOUNTS.operatorAccount },
  { ...ACCOUNTS, operatorRegion: 'eu-west-1', controlTowerRegion: 'eu-central-1', signReports: 'on' },
  { ...ACCOUNTS, scheduledMode: 'enforce', accountEventMode: 'assess', securityHub: 'on', config: FOREIGN },
  { ...ACCOUNTS, operatorRegion: 'us-gov-east-1', accountEventMode: 'off', securityHub: 'on' },
  { ...ACCOUNTS, childExecutionType: 'STANDARD', config: 'test/infra/every-feature.yaml' },
  {
    ...ACCOUNTS,
    config: 'test/infra/monthly.yaml',
    scheduledMode: 'enforce',
    signReports: 'on',
    securityHub: 'on',
  },
];

type Resolved = Record<string, unknown>;

function resolved({ Resources, Outputs = {} }: Synthesized, parameters: Record<string, string>): Resolved {
  const deployment = { partition: 'aws', region: 'eu-west-1', accountId: '100000000002', parameters };
  const kept = Object.entries(Resources).map(([id, { Metadata: _reasons, ...resource }]) => {
    const ours = resource.Properties?.Code;
    // What differs on purpose: where the code is.
    const Code = ours === undefined ? {} : { Code: 'code' };
    return [id, resolve({ ...resource, Properties: { ...resource.Properties, ...Code } }, deployment)];
  });
  return { ...Object.fromEntries(kept), ...resolve(Outputs, deployment) };
}

function differences(name: string, cdk: Resolved, plain: Resolved): string[] {
  return [...new Set([...Object.keys(cdk), ...Object.keys(plain)])]
    .filter((id) => !isDeepStrictEqual(cdk[id], plain[id]))
    .map((id) => `${name} ${id}`);
}

const compared: { deployment: object; stacks: number; resources: number; different: string[] }[] = [];
await synthesizeParts(async (parts) => {
  for (const context of DEPLOYMENTS) {
    const outdir = await mkdtemp(join(tmpdir(), 'dhmc-compare-'));
    const app = new App({
      analyticsReporting: false,
      outdir,
      context: { deployment: 'none', ...context, 'aws:cdk:disable-stack-trace': true },
    });
    await createStacks(app, { bundle: join(outdir, 'functions') });
    app.synth();
    const settings = readSettings((name) => context[name]);
    const files = [
      ...serviceFiles(parts, settings, 'out').files,
      ...(settings.operatorAccountId === undefined ? [] : eventsFiles(parts, settings, 'out').files),
    ].filter(({ name }) => name.endsWith('.template.json'));
    const names: Record<string, string> = {
      'service.template.json': 'DhmcRolloutService',
      'events.template.json': 'DhmcRolloutEvents',
      'control-tower-events.template.json': 'DhmcRolloutControlTowerEvents',
    };
    const different: string[] = [];
    let resources = 0;
    for (const { name, content } of files) {
      const stack = names[name] ?? name;
      const text = await readFile(join(outdir, `${stack}.template.json`), 'utf8');
      const plain = JSON.parse(String(content));
      const defaults = Object.entries(plain.Parameters as Record<string, { Default?: string }>);
      const parameters = Object.fromEntries(
        defaults.flatMap(([key, { Default }]) => (Default === undefined ? [] : [[key, Default]])),
      );
      const cdk = resolved(withoutCdkMetadata(JSON.parse(text)), {});
      resources += Object.keys(cdk).length;
      different.push(...differences(stack, cdk, resolved(plain, parameters)));
    }
    await rm(outdir, { recursive: true });
    compared.push({ deployment: context, stacks: files.length, resources, different });
  }
});
process.stdout.write(`\n${JSON.stringify(compared)}\n`);
