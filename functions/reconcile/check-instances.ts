/**
 * The look behind a wave: instances that were Online before this run changed their account, seen again after
 * the soak. It reads only, and only where there were some.
 */
import { describeFailure } from '../core/failures.ts';
import type { AccountObservation } from '../core/model/observation.ts';
import type { AccountId } from '../core/model/primitives.ts';
import type { Failure } from '../core/model/reads.ts';
import { PLAN_SEED } from '../core/planned.ts';
import { type InstancesAfter, type InstancesBefore, lostInstances } from '../core/wave-gate.ts';
import { type Artifacts, artifactKeys } from '../store/contract.ts';
import { INSTANCES_BEFORE } from '../store/record-shapes.ts';
import { parseStored, stamped } from '../store/stored.ts';
import { lookAtAccount } from './look.ts';
import { beginPass, lookContextOf } from './pass.ts';
import type { ReconcileDependencies, ReconcileRequest } from './request.ts';

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
  await artifacts.putText(key, `${JSON.stringify(stamped(before))}\n`);
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
  await artifacts.putText(
    artifactKeys.after(run.runId, account.accountId),
    `${JSON.stringify(stamped(after))}\n`,
  );
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
  const key = artifactKeys.before(runId, accountId);
  const text = await artifacts.getText(key);
  return text === null ? null : parseStored(text, INSTANCES_BEFORE, key);
}

/** Only whether the instances are Online is compared, so no network is read and no endpoint planned. */
async function lookAgain(
  before: InstancesBefore,
  request: ReconcileRequest,
  dependencies: ReconcileDependencies,
): Promise<Omit<InstancesAfter, 'lookedAt'>> {
  const pass = await beginPass(request, dependencies);
  const { observed, assessment } = await lookAtAccount({
    ...lookContextOf(pass),
    configuration: { ...pass.settings, endpoints: 'off' },
    regions: Object.keys(before.online),
    changeSeed: PLAN_SEED,
    planned: null,
  });
  const { entry, regions } = observed.observation;
  if (entry.kind === 'failed') {
    // Not assumable any more: that is the account's, as in the wave itself.
    const sentence = describeFailure(entry.failure);
    return { lost: [], unread: [{ region: null, sentence, excused: !isPassing(entry.failure) }] };
  }
  const looks = Object.entries(before.online).map(([region, ids]) => {
    const seen = regions.find((one) => one.region === region);
    if (seen?.instances?.kind === 'value') {
      const lost = lostInstances(ids, seen.instances.value.instances);
      return { lost: lost.map((instanceId) => ({ region, instanceId })), unread: [] };
    }
    const denied = seen?.instances?.kind === 'failed' && seen.instances.failure.kind === 'DENIED_BY_SCP';
    const why = assessment.targets.find((target) => target.region === region)?.findings[0]?.sentence;
    const sentence = why ?? 'The Region was not looked at.';
    return { lost: [], unread: [{ region, sentence, excused: denied }] };
  });
  return { lost: looks.flatMap(({ lost }) => lost), unread: looks.flatMap(({ unread }) => unread) };
}

function isPassing({ kind }: Failure): boolean {
  return kind === 'THROTTLED' || kind === 'UNAVAILABLE';
}
