/**
 * The look behind a wave: instances that were Online before this run changed their account, seen again after
 * the soak. It reads only, and only where there were some.
 */
import { assumeMemberRole } from '../aws/assume-role.ts';
import type { SessionClients } from '../aws/client-pool.ts';
import { readInstances } from '../aws/instance-reader.ts';
import { describeFailure } from '../core/failures.ts';
import type { AccountObservation } from '../core/model/observation.ts';
import type { AccountId, Region } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import { effectiveConfiguration } from '../core/overrides.ts';
import { type InstancesAfter, type InstancesBefore, lostInstances } from '../core/wave-gate.ts';
import { type Artifacts, artifactKeys } from '../store/contract.ts';
import type { ReconcileDependencies, ReconcileRequest } from './request.ts';

const REGIONS_AT_ONCE = 20;

/** Before an account's first change in a run; a later pass finds them noted. */
export async function noteInstancesBefore(
  { run, observation, now }: { run: { runId: string }; observation: AccountObservation; now: Date },
  artifacts: Artifacts,
): Promise<void> {
  const online = Object.fromEntries(
    observation.regions.flatMap(({ region, onlineInstanceIds }) =>
      onlineInstanceIds.length > 0 ? [[region, onlineInstanceIds]] : [],
    ),
  );
  if (Object.keys(online).length === 0) return;
  const key = artifactKeys.before(run.runId, observation.account.accountId);
  if ((await artifacts.getText(key)) !== null) return;
  const before: InstancesBefore = { takenAt: now.toISOString(), online };
  await artifacts.putText(key, `${JSON.stringify(before)}\n`);
}

export async function checkInstances(
  request: ReconcileRequest,
  dependencies: ReconcileDependencies,
): Promise<void> {
  const { run, account } = request;
  const { artifacts, clock, log } = dependencies;
  const before = await readBefore(artifacts, run.runId, account.accountId);
  if (before === null) return;
  const after = { lookedAt: clock.now().toISOString(), ...(await lookAgain(before, request, dependencies)) };
  await artifacts.putText(artifactKeys.after(run.runId, account.accountId), `${JSON.stringify(after)}\n`);
  log.info('instances looked at again', {
    runId: run.runId,
    accountId: account.accountId,
    lost: after.lost.length,
    unread: after.unread.length,
  });
}

async function readBefore(
  artifacts: Artifacts,
  runId: string,
  accountId: AccountId,
): Promise<InstancesBefore | null> {
  const text = await artifacts.getText(artifactKeys.before(runId, accountId));
  return text === null ? null : (JSON.parse(text) as InstancesBefore);
}

async function lookAgain(
  before: InstancesBefore,
  { run, account, configuration: given, signal }: ReconcileRequest,
  { pool, clock }: ReconcileDependencies,
): Promise<Omit<InstancesAfter, 'lookedAt'>> {
  const { memberRole } = effectiveConfiguration(given, account);
  const entry = await assumeMemberRole(pool, {
    partition: run.partition,
    accountId: account.accountId,
    roleName: memberRole.reader,
    externalId: memberRole.externalId,
    sessionName: run.runId,
  });
  if (entry.kind === 'failed') {
    // Not assumable any more: that is the account's, as in the wave itself.
    return { lost: [], unread: [unreadOf(null, entry.failure, !isPassing(entry.failure))] };
  }
  const looks = await clock.together(
    REGIONS_AT_ONCE,
    Object.entries(before.online).map(
      ([region, ids]) =>
        () =>
          signal?.aborted ? Promise.resolve(NOT_LOOKED(region)) : lookAtRegion(entry.clients, region, ids),
    ),
  );
  return { lost: looks.flatMap(({ lost }) => lost), unread: looks.flatMap(({ unread }) => unread) };
}

type Look = Omit<InstancesAfter, 'lookedAt'>;

const NOT_LOOKED = (region: Region): Look => ({
  lost: [],
  unread: [{ region, sentence: 'The run was ended before this Region was looked at.', excused: false }],
});

async function lookAtRegion(clients: SessionClients, region: Region, ids: string[]): Promise<Look> {
  const now = await readInstances(clients, region);
  if (now.kind === 'failed') {
    return { lost: [], unread: [unreadOf(region, now.failure, now.failure.kind === 'DENIED_BY_SCP')] };
  }
  const instances = now.kind === 'value' ? now.value.instances : [];
  return { lost: lostInstances(ids, instances).map((instanceId) => ({ region, instanceId })), unread: [] };
}

function unreadOf(
  region: Region | null,
  failure: Failure,
  excused: boolean,
): InstancesAfter['unread'][number] {
  return { region, sentence: describeFailure(failure), excused };
}

function isPassing({ kind }: Failure): boolean {
  return kind === 'THROTTLED' || kind === 'UNAVAILABLE';
}
