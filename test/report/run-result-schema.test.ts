/** The published schema against runs of the real service. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import * as z from 'zod';
import type { RunResult } from '../../functions/core/model/result.ts';
import { writeReport } from '../../functions/report/formats.ts';
import { readRun } from '../../functions/report/read-run.ts';
import { type PublishedRunResult, runResultSchema } from '../../functions/report/run-result-schema.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { type Organization, openOrganization } from '../reconcile/organization.ts';
import { textOf } from './builders.ts';

function validator(schema: object) {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: false });
  formats.default(ajv);
  return ajv.compile(schema);
}

const published = validator(
  JSON.parse(
    readFileSync(new URL('../../docs/schemas/run-result.schema.json', import.meta.url), 'utf8'),
  ) as object,
);
/** The same without room for keys that it does not name. */
const exact = validator(z.toJSONSchema(runResultSchema, { io: 'output' }));

describe('Given a run of the service on the first snapshot', () => {
  let organization: Organization;
  let result: PublishedRunResult;
  beforeAll(async () => {
    organization = await openOrganization(await readSnapshot('test/fixtures/snapshots/first'));
    result = await organization.run(
      { mode: 'assess' },
      {
        endpoints: 'provision',
        waivers: [{ code: 'SETTING_NOT_SET', owner: 'o', why: 'w', until: '2027-01-01' }],
      },
    );
  }, 60_000);
  afterAll(() => organization.close());

  it('When its json report is validated, Then the published schema takes it and names every key of it', async () => {
    const run = await readRun(organization.state.artifacts, result.runId);
    if (!run) throw new Error('no run');
    const source = { ...run, configuration: null, trend: [], since: null };
    const reported = JSON.parse(await textOf(writeReport('json', source))) as RunResult;
    expect(reported).toEqual(result);
    expect(reported.targets.length).toBeGreaterThan(0);
    expect([published(reported), published.errors]).toEqual([true, null]);
    expect([exact(reported), exact.errors]).toEqual([true, null]);
  });

  it.each([
    ['without coverage', ({ coverage: _coverage, ...rest }: RunResult) => rest],
    [
      'with an unknown status',
      (run: RunResult) => ({ ...run, targets: [{ ...run.targets[0], status: 'FINE' }] }),
    ],
    ['with a count as text', (run: RunResult) => ({ ...run, coverage: { ...run.coverage, targets: '1' } })],
  ])('When it is %s, Then the published schema refuses it', (_, spoil) => {
    expect(published(spoil(result))).toBe(false);
  });
});
