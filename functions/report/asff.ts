/**
 * AWS Security Finding Format: one finding a target, in batches as BatchImportFindings takes them.
 *
 * Limits and meanings: the AwsSecurityFinding shape of the Security Hub service model. A custom product may
 * only import findings whose AwsAccountId is the caller's own ("the identifier of the account that you are
 * calling BatchImportFindings from needs to be the same as the AwsAccountId attribute for the finding"), so
 * every finding belongs to the operator account, and the account that it is about is its resource.
 */
import type { TargetResult } from '../core/model/result.ts';
import { unitOf } from './account-list.ts';
import { controlsOf } from './controls.ts';
import { toOneLine, toPlainJson } from './foreign-text.ts';
import type { ReportedRun } from './source.ts';
import {
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
  shorten,
} from './target-finding.ts';

/** BatchImportFindings takes 1 to 100 findings. */
export const ASFF_BATCH = 100;

const SCHEMA_VERSION = '2018-10-08';
const TITLE_LENGTH = 256;
const DESCRIPTION_LENGTH = 1024;
const REMEDY_LENGTH = 512;
const FIELD_LENGTH = 2048;
/** A finding has 32 resources at most; the account is one of them. */
const NAMED_INSTANCES = 31;

interface Judgement {
  status: 'PASSED' | 'FAILED' | 'WARNING' | 'NOT_AVAILABLE';
  severity: 'INFORMATIONAL' | 'LOW' | 'MEDIUM';
}

/**
 * `WARNING`: "some information is missing", which is what converging means. `NOT_AVAILABLE`: "check could
 * not be performed".
 */
const JUDGEMENTS: Record<TargetResult['status'], Judgement> = {
  COMPLIANT: { status: 'PASSED', severity: 'INFORMATIONAL' },
  NON_COMPLIANT: { status: 'FAILED', severity: 'MEDIUM' },
  CONVERGING: { status: 'WARNING', severity: 'LOW' },
  ERROR: { status: 'NOT_AVAILABLE', severity: 'LOW' },
  SKIPPED: { status: 'NOT_AVAILABLE', severity: 'INFORMATIONAL' },
};

/** A finding in ASFF. A target that is no longer judged archives what an earlier run said of it. */
export function asffFinding(target: TargetResult, account: FindingAccount, context: FindingContext) {
  const { status, severity } = JUDGEMENTS[target.status];
  const remedy = remedyText(target);
  const reasons = countedReasons(target);
  const unit = toOneLine(unitOf(account));
  const controls = controlsOf(target);
  return {
    SchemaVersion: SCHEMA_VERSION,
    Id: findingId(context, target),
    ProductArn: defaultProductArn(context),
    ProductName: 'dhmc-rollout',
    CompanyName: 'dhmc-rollout',
    GeneratorId: GENERATOR,
    AwsAccountId: context.operatorAccountId,
    Types: ['Software and Configuration Checks/AWS Security Best Practices'],
    CreatedAt: context.endedAt,
    UpdatedAt: context.endedAt,
    LastObservedAt: context.endedAt,
    Severity: { Label: severity, Original: target.status },
    Title: shorten(findingTitle(target, account), TITLE_LENGTH),
    Description: shorten(findingText(target), DESCRIPTION_LENGTH),
    ...(remedy === null ? {} : { Remediation: { Recommendation: { Text: shorten(remedy, REMEDY_LENGTH) } } }),
    ProductFields: {
      'dhmc-rollout/RunId': context.runId,
      ...(context.partialScope === null ? {} : { 'dhmc-rollout/RunScope': context.partialScope }),
      'dhmc-rollout/AccountId': target.accountId,
      'dhmc-rollout/AccountName': shorten(toOneLine(account.name) || target.accountId, FIELD_LENGTH),
      'dhmc-rollout/Region': target.region,
      ...(account.owner
        ? { 'dhmc-rollout/Owner': shorten(toOneLine(account.owner.name), FIELD_LENGTH) }
        : {}),
      ...(unit === '' ? {} : { 'dhmc-rollout/Unit': shorten(unit, FIELD_LENGTH) }),
      'dhmc-rollout/InstancesManaged': `${target.instances.managed} of ${target.instances.running}`,
      'dhmc-rollout/Reasons': shorten(target.reasons.join(' ') || 'none', FIELD_LENGTH),
    },
    Resources: [
      {
        Type: 'AwsAccount',
        Id: `AWS::::Account:${target.accountId}`,
        Partition: context.partition,
        Region: target.region,
      },
      ...unmanaged(target).map((instanceId) => ({
        Type: 'AwsEc2Instance',
        Id: instanceArn(context, target, instanceId),
        Partition: context.partition,
        Region: target.region,
      })),
    ],
    Compliance: {
      Status: status,
      ...(controls.length === 0
        ? {}
        : { RelatedRequirements: controls.map(({ requirement }) => requirement) }),
      ...(reasons.length === 0
        ? {}
        : {
            StatusReasons: reasons.map(({ code, meaning }) => ({ ReasonCode: code, Description: meaning })),
          }),
    },
    RecordState: target.status === 'SKIPPED' ? 'ARCHIVED' : 'ACTIVE',
  };
}

type AsffFinding = ReturnType<typeof asffFinding>;

/**
 * JSON Lines: each line is the input of one BatchImportFindings call
 * (`aws securityhub batch-import-findings --cli-input-json "$line"`).
 */
export async function* renderAsff(run: ReportedRun): AsyncGenerator<string> {
  const context = findingContextOf(run);
  let batch: AsffFinding[] = [];
  for await (const account of run.accounts()) {
    for (const target of account.targets) {
      batch.push(asffFinding(target, account, context));
      if (batch.length < ASFF_BATCH) continue;
      yield lineOf(batch);
      batch = [];
    }
  }
  if (batch.length > 0) yield lineOf(batch);
}

function lineOf(batch: AsffFinding[]): string {
  return `${toPlainJson({ Findings: batch })}\n`;
}

/** The product of findings that customers send themselves (Security Hub user guide, custom product integrations). */
function defaultProductArn({ partition, homeRegion, operatorAccountId }: FindingContext): string {
  return `arn:${partition}:securityhub:${homeRegion}:${operatorAccountId}:product/${operatorAccountId}/default`;
}

function unmanaged({ instances }: TargetResult): string[] {
  return instances.verdicts
    .filter(({ verdict }) => verdict !== 'MANAGED' && verdict !== 'SERVICE_MANAGED')
    .map(({ instanceId }) => instanceId)
    .slice(0, NAMED_INSTANCES);
}
