/**
 * Open Cybersecurity Schema Framework: one event of class Compliance Finding (2003) a target, as JSON Lines.
 * Source: the OCSF schema, version 1.9.0-dev; times are milliseconds since 1970.
 */
import type { TargetResult } from '../core/model/result.ts';
import { controlsOf } from './controls.ts';
import { toOneLine, toPlainJson } from './foreign-text.ts';
import type { ReportedRun } from './source.ts';
import {
  CHECK_TITLE,
  countedReasons,
  type FindingAccount,
  type FindingContext,
  findingContextOf,
  findingId,
  findingText,
  findingTitle,
  GENERATOR,
  instanceArn,
  remedyText,
} from './target-finding.ts';

const VERSION = '1.9.0-dev';
const CATEGORY = 2;
const CLASS = 2003;

const ACTIVITY = { update: 2, close: 3 } as const;
const SEVERITY = { informational: 1, low: 2, medium: 3 } as const;
/** Of the compliance object: Pass, Warning, Fail; 0 is Unknown. */
const COMPLIANCE = { unknown: 0, pass: 1, warning: 2, fail: 3 } as const;
/** Of the finding: New, Resolved; 3 is Suppressed. */
const STATUS = { new: 1, suppressed: 3, resolved: 4 } as const;

interface Judgement {
  compliance: { status_id: number; status: string };
  severity: { severity_id: number; severity: string };
  status: { status_id: number; status: string };
  activity_id: number;
}

const PASSED: Judgement = {
  compliance: { status_id: COMPLIANCE.pass, status: 'Pass' },
  severity: { severity_id: SEVERITY.informational, severity: 'Informational' },
  status: { status_id: STATUS.resolved, status: 'Resolved' },
  activity_id: ACTIVITY.close,
};

const JUDGEMENTS: Record<TargetResult['status'], Judgement> = {
  COMPLIANT: PASSED,
  NON_COMPLIANT: {
    compliance: { status_id: COMPLIANCE.fail, status: 'Fail' },
    severity: { severity_id: SEVERITY.medium, severity: 'Medium' },
    status: { status_id: STATUS.new, status: 'New' },
    activity_id: ACTIVITY.update,
  },
  CONVERGING: {
    compliance: { status_id: COMPLIANCE.warning, status: 'Warning' },
    severity: { severity_id: SEVERITY.low, severity: 'Low' },
    status: { status_id: STATUS.new, status: 'New' },
    activity_id: ACTIVITY.update,
  },
  ERROR: {
    compliance: { status_id: COMPLIANCE.unknown, status: 'Unknown' },
    severity: { severity_id: SEVERITY.low, severity: 'Low' },
    status: { status_id: STATUS.new, status: 'New' },
    activity_id: ACTIVITY.update,
  },
  SKIPPED: {
    ...PASSED,
    compliance: { status_id: COMPLIANCE.unknown, status: 'Unknown' },
    status: { status_id: STATUS.suppressed, status: 'Suppressed' },
  },
};

export function ocsfFinding(target: TargetResult, account: FindingAccount, context: FindingContext) {
  const { compliance, severity, status, activity_id } = JUDGEMENTS[target.status];
  const remedy = remedyText(target);
  const reasons = countedReasons(target);
  const uid = findingId(context, target);
  const controls = controlsOf(target);
  const owner = account.owner ? ownerOf(account.owner) : null;
  const time = Date.parse(context.endedAt);
  return {
    activity_id,
    category_uid: CATEGORY,
    class_uid: CLASS,
    type_uid: CLASS * 100 + activity_id,
    ...severity,
    ...status,
    time,
    message: findingText(target),
    metadata: {
      version: VERSION,
      product: { name: 'dhmc-rollout', vendor_name: 'dhmc-rollout' },
      profiles: ['cloud'],
      correlation_uid: context.runId,
      uid: `${context.runId}/${uid}`,
    },
    cloud: {
      provider: 'AWS',
      cloud_partition: context.partition,
      region: target.region,
      account: { uid: target.accountId, name: toOneLine(account.name), type: 'AWS Account', type_id: 10 },
      org: { uid: context.organizationId, ...unitOf(account) },
    },
    finding_info: {
      uid,
      title: findingTitle(target, account),
      desc: findingText(target),
      analytic: { name: GENERATOR, type: 'Rule', type_id: 1 },
      modified_time: time,
    },
    compliance: {
      ...compliance,
      control: CHECK_TITLE,
      standards: ['dhmc-rollout'],
      ...(controls.length === 0 ? {} : { requirements: controls.map(({ requirement }) => requirement) }),
      ...(reasons.length === 0
        ? {}
        : { status_details: reasons.map(({ code, meaning }) => `${code}: ${meaning}`) }),
    },
    resources: [
      {
        uid: `arn:${context.partition}:iam::${target.accountId}:root`,
        name: toOneLine(account.name),
        type: 'AWS Account',
        region: target.region,
        cloud_partition: context.partition,
        ...(owner === null ? {} : { owner }),
      },
      ...target.instances.verdicts.map(({ instanceId, verdict }) => ({
        uid: instanceArn(context, target, instanceId),
        type: 'AWS EC2 Instance',
        labels: [verdict],
        region: target.region,
        cloud_partition: context.partition,
      })),
    ],
    ...(context.partialScope === null ? {} : { unmapped: { run_scope: context.partialScope } }),
    ...(remedy === null ? {} : { remediation: { desc: remedy } }),
  };
}

/**
 * One event a line.
 */
export async function* renderOcsf(run: ReportedRun): AsyncGenerator<string> {
  const context = findingContextOf(run);
  for await (const account of run.accounts()) {
    yield account.targets.map((target) => `${toPlainJson(ocsfFinding(target, account, context))}\n`).join('');
  }
}

/** The organizational unit that the account is in, its name with those above it; the root is none. */
function unitOf({ organizationPath, unitNames }: FindingAccount): { ou_uid?: string; ou_name?: string } {
  const unit = organizationPath?.at(-1);
  if (!unit?.startsWith('ou-')) return {};
  return { ou_uid: unit, ...(unitNames ? { ou_name: toOneLine(unitNames.slice(1).join(' / ')) } : {}) };
}

/** OCSF's user object. */
function ownerOf({ name, from }: NonNullable<FindingAccount['owner']>) {
  const [, person, address] = from === 'CONTACT' ? (/^(.*) <(.*)>$/.exec(name) ?? []) : [];
  if (person !== undefined && address !== undefined) {
    return { name: toOneLine(person), email_addr: toOneLine(address) };
  }
  return from === 'EMAIL' ? { email_addr: toOneLine(name) } : { name: toOneLine(name) };
}
