/** What `dhmc template service` and `events` write for the deployment of the emulator, and the functions out of their zip file. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { stringify } from 'yaml';
import type { Synthesized, SynthesizedTemplate } from '../infra/synthesize.ts';
import { CONTEXT } from './service.ts';

export interface PlainDeployment {
  /** With the plain templates in place of the CDK's; the member roles are the CDK's. */
  synthesized: Synthesized;
  code: string;
  parameters: Record<string, string>;
  /** Lines that the command printed. */
  printed: string[];
  remove(): Promise<void>;
}

export async function writePlain(synthesized: Synthesized): Promise<PlainDeployment> {
  const folder = await mkdtemp(join(tmpdir(), 'dhmc-plain-'));
  const deployment = join(folder, 'dhmc.deployment.yaml');
  await writeFile(deployment, stringify({ ...CONTEXT, config: resolve(CONTEXT.config) }));
  const out = join(folder, 'templates');
  const printed: string[] = [];
  for (const what of ['service', 'events']) {
    const words = ['cli/dhmc.mjs', 'template', what, '--out', out, '--deployment', deployment];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    printed.push(...stdout.trimEnd().split('\n'));
  }
  const templateOf = async (name: string, region: string | null): Promise<SynthesizedTemplate> => {
    const file = join(out, `${name}.template.json`);
    const text = await readFile(file, 'utf8');
    return { file, text, region, terminationProtection: false, ...JSON.parse(text) };
  };
  const service = await templateOf('service', null);
  const events = [
    await templateOf('events', CONTEXT.operatorRegion),
    await templateOf('control-tower-events', CONTEXT.controlTowerRegion),
  ];
  const defaults = [service, ...events].flatMap(({ Parameters }) =>
    Object.entries(Parameters).flatMap(([name, { Default }]) =>
      Default === undefined ? [] : [[name, Default]],
    ),
  );
  return {
    synthesized: { ...synthesized, service, events },
    code: await unzip(out, join(folder, 'functions')),
    parameters: { CodeBucket: 'code-of-the-team', ...Object.fromEntries(defaults) },
    printed,
    remove: () => rm(folder, { recursive: true }),
  };
}

async function unzip(from: string, to: string): Promise<string> {
  const name = (await readdir(from)).find((each) => each.startsWith('functions-')) ?? '';
  await mkdir(to);
  for (const [file, content] of Object.entries(unzipSync(await readFile(join(from, name)))))
    await writeFile(join(to, file), content);
  return to;
}
