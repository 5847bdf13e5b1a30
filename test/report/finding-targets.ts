/** Targets of every status, with names that break naive writers, as compliance findings need them. */
import type { TargetResult, TargetStatus } from '../../functions/core/model/result.ts';
import type { ReportSource } from '../../functions/report/source.ts';
import type { FindingAccount, FindingContext } from '../../functions/report/target-finding.ts';

export const CONTEXT: FindingContext = {
  runId: '20261119T220000Z-abcdef',
  endedAt: '2026-11-19T22:10:00.000Z',
  partition: 'aws-us-gov',
  organizationId: 'o-exampleorgid',
  operatorAccountId: '100000000002',
  partialScope: null,
  homeRegion: 'us-gov-west-1',
};
export const REASONS_OF: Record<TargetStatus, TargetResult['reasons']> = {
  COMPLIANT: ['WAIVED:DNS_CUSTOM'],
  NON_COMPLIANT: ['NO_PATH_TO_SSM', 'SETTING_NOT_SET'],
  CONVERGING: ['ENDPOINT_PENDING'],
  ERROR: ['ROLE_NOT_ASSUMABLE'],
  SKIPPED: ['EXCLUDED'],
};
export const STATUSES = Object.keys(REASONS_OF) as TargetStatus[];
export const NASTY = [
  '=HYPERLINK("http://evil.example","x")',
  '<script>alert(1)</script>',
  '\u202Egnp.exe\u202C',
  'line\r\nbreak\u2028and\u0000nul',
  `${'é'.repeat(199)}😀`,
];

export function target(status: TargetStatus, sentence = 'Something was seen.', instances = 0): TargetResult {
  return {
    accountId: '100000000011',
    region: 'us-gov-east-1',
    status,
    reasons: REASONS_OF[status],
    notes: [],
    findings: [{ code: 'SETTING_NOT_SET', subject: null, sentence }],
    setting: { desired: null, observed: null },
    vpcs: [],
    instances: {
      running: instances,
      stopped: 0,
      managed: 0,
      byVerdict: {},
      hybridNodes: 0,
      expiredActivations: [],
      verdicts: Array.from({ length: instances }, (_, index) => ({
        instanceId: `i-${String(index).padStart(17, '0')}`,
        verdict: index === 0 ? 'MANAGED' : 'NO_PATH',
        reason: null,
        credentialSource: 'DHMC' as const,
        advice: null,
      })),
    },
    changes: [],
    retry: false,
  };
}

export const account = (name = 'payments'): FindingAccount => ({
  accountId: '100000000011',
  name,
  organizationPath: ['o-exampleorgid', 'r-ab12', 'ou-ab12-cd34ef56'],
});

export const withPlace = (run: ReportSource): ReportSource => ({
  ...run,
  summary: {
    ...run.summary,
    place: { partition: 'aws', operatorAccountId: '100000000002', homeRegion: 'us-east-1' },
  },
});
