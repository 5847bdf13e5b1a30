/**
 * Whether account events can arrive: rules for events by way of CloudTrail match only while a trail logs management
 * events of that Region, writes included (EventBridge user guide, "AWS service events delivered via AWS CloudTrail").
 */
import type { Region } from '../model/primitives.ts';
import type { Read } from '../model/reads.ts';
import { type CheckFinding, notRead, ok, skipped, type Vantage } from './finding.ts';

const CHECK = 'trail';

export interface Trail {
  name: string;
  isOrganizationTrail: boolean;
  isLogging: boolean;
  /** null: the selectors may not be read. */
  logsManagementWrites: boolean | null;
}

export interface TrailView {
  vantage: Vantage;
  /** Whether account events are to be used; null: no deployment file says. */
  accountEvents: boolean | null;
  /** Region whose events are needed, with the trails that cover it. */
  region: Region;
  trails: Read<Trail[]>;
}

export function judgeTrail({ vantage, accountEvents, region, trails }: TrailView): CheckFinding {
  if (accountEvents === false) return ok(CHECK, 'Account events are off, so none is needed.');
  if (trails.kind === 'failed') return notRead(CHECK, trails.failure, 'the management account');
  const all = trails.kind === 'value' ? trails.value : [];
  // Members see the organization's trails, which log the management account as well, and never its own.
  const seen = vantage === 'management' ? all : all.filter(({ isOrganizationTrail }) => isOrganizationTrail);
  const good = seen.find(
    ({ isLogging, logsManagementWrites }) => isLogging && logsManagementWrites !== false,
  );
  if (good) {
    const doubt = good.logsManagementWrites === null ? ' Its event selectors may not be read from here.' : '';
    return ok(CHECK, `${good.name} logs management events of ${region}.${doubt}`);
  }
  if (vantage === 'operator')
    return skipped(
      CHECK,
      `${describe(seen, region, "the organization's")} The management account may have its own, which does not show here.`,
      'Run dhmc doctor with credentials of the management account as well.',
    );
  const stopped = seen.find(({ isLogging }) => !isLogging);
  const fix = stopped
    ? 'Start it in the management account.'
    : `In the management account, create a trail that logs management events of ${region}, writes included. Until then a new account waits for the next scheduled run; without account events, set accountEventMode to off.`;
  const command = stopped
    ? `aws cloudtrail start-logging --name ${stopped.name} --region ${region}`
    : 'aws cloudtrail create-trail --name management-events --s3-bucket-name BUCKET --is-multi-region-trail';
  return { check: CHECK, status: 'failed', found: describe(seen, region, 'any'), fix, command };
}

function describe(trails: readonly Trail[], region: Region, which: string): string {
  if (trails.length === 0)
    return which === 'any'
      ? `None logs management events of ${region}, so account events never arrive.`
      : `No trail of the organization covers ${region}.`;
  const each = trails.map(({ name, isLogging }) =>
    isLogging ? `${name} does not log management events, writes included` : `${name} is not logging`,
  );
  return `${each.join('; ')}, so account events never arrive.`;
}
