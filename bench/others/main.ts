/**
 * Other people's tools on the twin, before and after an enforce: for each running instance, whether they call it
 * managed and what this service says of it. Every difference needs a cause that is known; another one is status 1.
 *
 *     node cli/with-node.mjs bench/others/main.ts [--tools prowler,custodian,botocove] [--instances 200] [--seed 5]
 *
 * Needs Python 3.11.
 *
 * The tools come from PyPI at the versions of the .txt files beside this one, each into a virtual environment of its
 * own. They are run as processes and are no part of what is shipped; botocove is under the LGPL.
 */
import type { RunResult } from '../../functions/core/model/result.ts';
import { EVERYTHING, letPassEveryRole } from '../../test/reconcile/everything.ts';
import { generateInstances } from '../../test/reconcile/generated-instances.ts';
import { openOrganization } from '../../test/reconcile/organization.ts';
import { oneOf, readFlags, wholeNumber } from '../flags.ts';
import { type Question, TOOLS } from './tools.ts';

const values = readFlags({
  tools: { type: 'string', default: Object.keys(TOOLS).join(',') },
  instances: { type: 'string', default: '200' },
  seed: { type: 'string', default: '5' },
});
const wanted = values.tools.split(',').map((name) => oneOf('tools', name, Object.keys(TOOLS)));
const tools = Object.entries(TOOLS).filter(([name]) => wanted.includes(name));
const instances = wholeNumber('instances', values.instances);
const seed = wholeNumber('seed', values.seed, 0);

/** One pass: a settle pass would move the clock, and the tools would see another moment. */
const LOOK = { ...EVERYTHING, namedInstances: 1_000, settle: { passes: 0, waitSeconds: [] } };
/** All agents are where they will be: 65 minutes, and some. */
const SETTLED_SECONDS = 70 * 60;

interface Opinion {
  account: string;
  region: string;
  verdict: string;
  reason: string | null;
}

/** By instance id. */
function opinionsOf(result: RunResult): Map<string, Opinion> {
  return new Map(
    result.targets.flatMap(({ accountId: account, region, instances }) =>
      instances.verdicts.map(({ instanceId, verdict, reason }) => [
        instanceId,
        { account, region, verdict, reason },
      ]),
    ),
  );
}

/**
 * Why a tool may say other than this service. A node stays in AWS's list after its agent went silent; a node whose ping
 * is Online can lack what its sessions need; and a tool may read the first page of the list alone, which is 10 nodes by
 * default (API reference of DescribeInstanceInformation, MaxResults).
 */
const CAUSES: readonly { tool: RegExp; managed: boolean; verdict: RegExp; cause: string }[] = [
  {
    tool: /^prowler$/,
    managed: true,
    verdict:
      /^(CONNECTION_LOST|STATUS_CHECK_FAILED|NO_CREDENTIALS|API_DENIED|NO_PATH|PATH_BLOCKED|AGENT_SILENT)$/,
    cause: 'the node is listed, and its ping is not Online',
  },
  {
    tool: /./,
    managed: true,
    verdict: /^PROFILE_SUPPRESSES_DHMC$/,
    cause: 'the ping works, sessions do not: the profile lacks what they need',
  },
  {
    tool: /./,
    managed: true,
    verdict: /^SERVICE_MANAGED$/,
    cause: 'an AWS service manages the instance, and this service leaves it alone',
  },
  {
    tool: /^custodian$/,
    managed: false,
    verdict: /^MANAGED$/,
    cause: 'the filter reads one page of 10 nodes for each 50 instances',
  },
];

const organization = await openOrganization(
  letPassEveryRole(generateInstances(instances, seed).snapshot),
  () => {},
  { throttling: false, clockSkew: 'ignore' },
);
let unexplained = 0;
try {
  const { url, operator, state } = organization.twin;
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
    AWS_SESSION_TOKEN: operator.sessionToken,
    AWS_REGION: operator.region,
    AWS_DEFAULT_REGION: operator.region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const compare = async (when: string) => {
    const ours = opinionsOf(await organization.run({ mode: 'assess' }, LOOK));
    const question: Question = {
      environment,
      accounts: [...new Set([...ours.values()].map(({ account }) => account))].sort(),
      regions: [...new Set([...ours.values()].map(({ region }) => region))].sort(),
      role: 'DhmcRolloutReader',
    };
    const managed = [...ours.values()].filter(({ verdict }) => verdict === 'MANAGED').length;
    console.log(`${when}: ${ours.size} running instances, ${managed} managed by our verdict`);
    for (const [name, tool] of tools) {
      const began = performance.now();
      const theirs = await tool(question);
      const differing = [...ours].filter(([id, { verdict }]) => theirs.has(id) !== (verdict === 'MANAGED'));
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      console.log(
        `  ${name}: ${[...ours.keys()].filter((id) => theirs.has(id)).length} managed, ${differing.length} differ, ${seconds} s`,
      );
      const causes = Map.groupBy(differing, ([id, { verdict }]) => {
        const managed = theirs.has(id);
        const found = CAUSES.find(
          (one) => one.tool.test(name) && one.managed === managed && one.verdict.test(verdict),
        );
        const said = `${managed ? 'managed' : 'not managed'}, ours ${verdict}`;
        return `${said}: ${found?.cause ?? 'UNEXPLAINED'}`;
      });
      for (const [cause, instances] of causes) {
        console.log(`    ${instances.length} ${cause}`);
        if (!cause.endsWith('UNEXPLAINED')) continue;
        unexplained += instances.length;
        for (const [id, { account, region, reason }] of instances) {
          console.log(`      ${account} ${region} ${id} ${reason ?? ''}`);
        }
      }
    }
  };
  state.clock.advance(SETTLED_SECONDS);
  await compare('before');
  await organization.run({}, EVERYTHING);
  state.clock.advance(SETTLED_SECONDS);
  await compare('after an enforce');
} finally {
  await organization.close();
}
console.log(`unexplained: ${unexplained}`);
process.exitCode = unexplained === 0 ? 0 : 1;
