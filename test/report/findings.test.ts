import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { ASFF_BATCH, asffFinding, renderAsff } from '../../functions/report/asff.ts';
import { ocsfFinding, renderOcsf } from '../../functions/report/ocsf.ts';
import { account as anAccount, source, textOf } from './builders.ts';
import { account, CONTEXT, NASTY, STATUSES, target, withPlace } from './finding-targets.ts';

const validateOcsf = new Ajv2020({ strict: false }).compile(
  JSON.parse(
    readFileSync(new URL('../fixtures/schemas/ocsf-compliance-finding.schema.json', import.meta.url), 'utf8'),
  ),
);

describe('compliance findings', () => {
  it('Given 130 accounts with two targets each, When written, Then no line of ASFF holds more than 100 findings', async () => {
    const accounts = Array.from({ length: 130 }, (_, index) =>
      anAccount({ accountId: String(100000000011 + index) }),
    );
    const run = withPlace(source(accounts));
    const lines = (await textOf(renderAsff(run))).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).Findings.length)).toEqual([ASFF_BATCH, ASFF_BATCH, 60]);
    const events = (await textOf(renderOcsf(run))).trimEnd().split('\n');
    expect(events).toHaveLength(260);
    expect(events.filter((line) => !validateOcsf(JSON.parse(line)))).toEqual([]);
  });

  it.each([
    ['COMPLIANT', 'PASSED', 'ACTIVE', 'Pass'],
    ['NON_COMPLIANT', 'FAILED', 'ACTIVE', 'Fail'],
    ['CONVERGING', 'WARNING', 'ACTIVE', 'Warning'],
    ['ERROR', 'NOT_AVAILABLE', 'ACTIVE', 'Unknown'],
    ['SKIPPED', 'NOT_AVAILABLE', 'ARCHIVED', 'Unknown'],
  ] as const)(
    'Given a target that is %s, Then ASFF says %s and %s, OCSF says %s',
    (status, asff, record, ocsf) => {
      expect(asffFinding(target(status), account(), CONTEXT)).toMatchObject({
        Compliance: { Status: asff },
        RecordState: record,
      });
      expect(ocsfFinding(target(status), account(), CONTEXT).compliance.status).toBe(ocsf);
    },
  );

  it('Given two runs, When a target is written by both, Then its id is the same and the ids of others differ', () => {
    const first = asffFinding(target('NON_COMPLIANT'), account(), CONTEXT);
    const later = asffFinding(target('COMPLIANT'), account('renamed'), { ...CONTEXT, runId: 'another' });
    const elsewhere = asffFinding({ ...target('COMPLIANT'), region: 'us-gov-west-1' }, account(), CONTEXT);
    expect(later.Id).toBe(first.Id);
    expect(elsewhere.Id).not.toBe(first.Id);
    expect(ocsfFinding(target('COMPLIANT'), account(), CONTEXT).finding_info.uid).toBe(first.Id);
  });

  it('Given a waived reason, When written, Then it is no reason for the status, and is still named', () => {
    const finding = asffFinding(target('COMPLIANT'), account(), CONTEXT);
    expect(finding.Compliance).not.toHaveProperty('StatusReasons');
    expect(finding.ProductFields['dhmc-rollout/Reasons']).toBe('WAIVED:DNS_CUSTOM');
  });

  it('Given a finding about a member account, Then it belongs to the operator account and names the member', () => {
    const finding = asffFinding(target('NON_COMPLIANT', undefined, 3), account(), CONTEXT);
    expect(finding.AwsAccountId).toBe(CONTEXT.operatorAccountId);
    expect(finding.ProductArn).toBe(
      'arn:aws-us-gov:securityhub:us-gov-west-1:100000000002:product/100000000002/default',
    );
    expect(finding.Resources.map(({ Id }) => Id)).toEqual([
      'AWS::::Account:100000000011',
      'arn:aws-us-gov:ec2:us-gov-east-1:100000000011:instance/i-00000000000000001',
      'arn:aws-us-gov:ec2:us-gov-east-1:100000000011:instance/i-00000000000000002',
    ]);
  });

  it('Given any name and sentence, When written as OCSF, Then the published schema takes it, in one line', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 200 })),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(...STATUSES),
        (name, sentence, status) => {
          const finding = ocsfFinding(target(status, sentence, 3), account(name), CONTEXT);
          const valid = validateOcsf(JSON.parse(JSON.stringify(finding)));
          expect(validateOcsf.errors ?? []).toEqual([]);
          expect(valid).toBe(true);
          expect(/[\n\r\u202E]/.test(finding.finding_info.title)).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('Given an event with a key that OCSF does not know, When validated, Then the schema refuses it', () => {
    const finding = { ...ocsfFinding(target('COMPLIANT'), account(), CONTEXT), made_up: 1 };
    expect(validateOcsf(finding)).toBe(false);
  });
});
