/** `dhmc explain` and a run say the same of every VPC and instance. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { explainResource, type Question } from '../../cli/runs/explanation.ts';
import { openStateFolder } from '../../cli/state-folder.ts';
import { createTwinClock } from '../../cli/twin-clock.ts';
import type { Configuration } from '../../functions/core/model/configuration.ts';
import type { RunResult } from '../../functions/core/model/result.ts';
import { parseConfiguration } from '../../functions/inputs/configuration.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { type Organization, openOrganization, targetOf } from '../reconcile/organization.ts';
import { makeSharedOrganization } from '../reconcile/shared-network.ts';
import { MEMBER } from '../reconcile/small-organization.ts';
import { FIRST } from './run-command.ts';

const CASES = 'test/fixtures/cases';
/** Cases about roles and Regions, in which no VPC or instance is judged. */
const WITHOUT_RESOURCES: readonly string[] = [
  'boundary-org',
  'ssm-denied-instances',
  'stuck-region',
  'trust',
];
const OWNER = MEMBER;
const PARTICIPANT = String(Number(MEMBER) + 1);
const OWNER_TAGS = { team: 'network' };

/** In a table without records, as the command finds it beside a snapshot. */
async function withQuestions<T>(
  organization: Organization,
  configuration: Configuration,
  work: (ask: (question: Omit<Question, 'isSnapshot'>) => ReturnType<typeof explainResource>) => Promise<T>,
): Promise<T> {
  const { twin, connection } = organization;
  const state = await openStateFolder(null);
  const clock = createTwinClock({
    now: () => twin.state.clock.now(),
    advance: (seconds) => twin.state.clock.advance(seconds),
    idle: () => twin.requestsInFlight() === 0,
  });
  try {
    return await work((question) =>
      explainResource({ ...question, isSnapshot: true }, configuration, { connection, state, clock }),
    );
  } finally {
    await state.close();
  }
}

/** Where the explanation of a resource is not what the run says of it. */
async function disagreements(
  organization: Organization,
  configuration: Configuration,
  { targets }: RunResult,
): Promise<{ asked: number; different: string[] }> {
  return withQuestions(organization, configuration, async (ask) => {
    let asked = 0;
    const different: string[] = [];
    const compare = async (question: Omit<Question, 'isSnapshot'>, inRun: unknown[]) => {
      asked += 1;
      const answer = await ask(question);
      const explained =
        answer.kind === 'vpc'
          ? [answer.verdict.ownerId, answer.verdict.path, answer.verdict.reasons]
          : [answer.instance.verdict, answer.instance.reason, answer.instance.credentialSource];
      const [one, other] = [inRun, explained].map((value) => JSON.stringify(value));
      if (one !== other) different.push(`${question.account} ${question.resource}: ${one} / ${other}`);
    };
    for (const { accountId: account, region, vpcs, instances } of targets) {
      for (const { vpcId, ownerId, path, reasons } of vpcs) {
        await compare({ account, region, resource: vpcId }, [ownerId, path, reasons]);
      }
      for (const { instanceId, verdict, reason, credentialSource } of instances.verdicts) {
        await compare({ account, region, resource: instanceId }, [verdict, reason, credentialSource]);
      }
    }
    return { asked, different };
  });
}

describe('Given a run that was assessed', () => {
  it.each([...readdirSync(CASES).map((name) => `${CASES}/${name}`), FIRST])(
    'When everything in %s is explained, Then nothing reads otherwise',
    async (folder) => {
      const isCase = folder.startsWith(CASES);
      const configuration: Configuration = {
        ...defaultConfiguration(),
        ...(isCase ? parseConfiguration(readFileSync(`${folder}/config.json`, 'utf8'), folder) : {}),
      };
      const organization = await openOrganization(await readSnapshot(isCase ? `${folder}/snapshot` : folder));
      try {
        const result = await organization.run({ mode: 'assess' }, configuration);
        const { asked, different } = await disagreements(organization, configuration, result);
        expect(different).toEqual([]);
        expect(asked > 0).toBe(!WITHOUT_RESOURCES.some((name) => folder.endsWith(name)));
      } finally {
        await organization.close();
      }
    },
    120_000,
  );
});

function makeShared() {
  const { snapshot, region } = makeSharedOrganization();
  for (const account of snapshot.organization.Accounts) {
    if (account.Id === OWNER) account.Tags = [{ Key: 'team', Value: OWNER_TAGS.team }];
  }
  return { snapshot, region };
}

describe('Given a VPC that its owner shares and does not use itself', () => {
  it.each([
    ['covered', {}, 'VPC_OWNER_MANAGED', 3],
    ['excluded by tag', { tags: OWNER_TAGS }, 'VPC_OWNER_OUT_OF_SCOPE', 2],
  ])(
    'When its owner is %s, Then the run and the explanation give the participant the same reason',
    async (_, exclude, reason, resources) => {
      const { snapshot, region } = makeShared();
      const defaults = defaultConfiguration();
      const configuration = { ...defaults, exclude: { ...defaults.exclude, ...exclude } };
      const organization = await openOrganization(snapshot);
      try {
        const result = await organization.run({ mode: 'assess' }, configuration);
        const [vpc] = targetOf(result, PARTICIPANT, region).vpcs;
        expect(vpc?.reasons).toEqual([reason]);
        expect(await disagreements(organization, configuration, result)).toEqual({
          asked: resources,
          different: [],
        });
      } finally {
        await organization.close();
      }
    },
    60_000,
  );
});
