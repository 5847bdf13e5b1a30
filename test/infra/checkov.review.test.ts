/** checkov on every template: what it finds is accepted at the resource with a reason, and nothing is accepted beside that. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { managementRoles, memberRoles } from '../../infra/member-role-templates.ts';
import { EVENTS, ofType, type Resource, type Synthesized, synthesize } from './synthesize.ts';

interface Templates {
  [name: string]: { Resources: Record<string, Resource> };
}

let folder: string;
let synthesized: Synthesized;
let templates: Templates;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dhmc-checkov-'));
  synthesized = await synthesize({ ...EVENTS, config: 'test/permissions/everything.yaml' });
  const { service, memberRoles: management, events } = synthesized;
  const [[, stackSet] = ['', undefined]] = ofType(management, 'AWS::CloudFormation::StackSet');
  const configuration = parseConfiguration('', 'defaults');
  templates = {
    service,
    management,
    member: JSON.parse(stackSet?.Properties.TemplateBody),
    ...Object.fromEntries(events.map((each, index) => [`events-${index}`, each])),
    'member-by-default': memberRoles({ configuration }) as Templates[string],
    'management-by-default': managementRoles({ configuration }) as Templates[string],
  };
}, 120_000);
afterAll(async () => {
  await synthesized?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** `template resource check` of each that failed. */
async function failuresOf(name: string, given: Templates): Promise<string[]> {
  const directory = join(folder, name);
  await mkdir(directory);
  for (const [template, { Resources }] of Object.entries(given)) {
    await writeFile(join(directory, `${template}.json`), JSON.stringify({ Resources }, null, 1));
  }
  const options = [
    '--framework',
    'cloudformation',
    '--compact',
    '--skip-download',
    '--soft-fail',
    '--output',
    'json',
  ];
  const { stdout } = await promisify(execFile)('checkov', ['--directory', directory, ...options], {
    env: { ...process.env, PATH: `.venv/review/bin:${process.env.PATH}` },
    maxBuffer: 100_000_000,
  });
  const { results, summary } = JSON.parse(stdout) as {
    results: { failed_checks: { file_path: string; resource: string; check_id: string }[] };
    summary: { parsing_errors: number; resource_count: number };
  };
  expect(summary.parsing_errors).toBe(0);
  expect(summary.resource_count).toBeGreaterThan(80);
  return results.failed_checks
    .map(({ file_path, resource, check_id }) =>
      [file_path.replace(/^\/|\.json$/g, ''), resource.split('.').at(-1), check_id].join(' '),
    )
    .sort();
}

describe('Given every template with everything switched on, and the member roles by default', () => {
  it('When checkov reads them, Then it has no finding without a reason', async () => {
    expect(await failuresOf('as-deployed', templates)).toEqual([]);
  }, 120_000);

  it('When the reasons are taken out, Then it finds exactly what they are for', async () => {
    const accepted: string[] = [];
    const bare = structuredClone(
      Object.fromEntries(Object.entries(templates).map(([name, { Resources }]) => [name, { Resources }])),
    );
    for (const [name, { Resources }] of Object.entries(bare)) {
      for (const [id, resource] of Object.entries(Resources)) {
        for (const { id: check, comment } of resource.Metadata?.checkov?.skip ?? []) {
          accepted.push(`${name} ${id} ${check}`);
          expect(comment).toMatch(/^.{40,}\.$/);
        }
        delete resource.Metadata;
      }
    }
    expect(await failuresOf('bare', bare)).toEqual(accepted.sort());
  }, 120_000);
});
