/**
 * Thousands of instances in one Region: calls, seconds, memory, and the size of the record. Some of them are
 * Online and the others are not, half of them with one of twenty instance profiles.
 *
 *     node cli/with-node.mjs bench/instances.ts [--instances 5000] [--online 0.9]
 */
import { toTargetItem } from '../functions/store/items.ts';
import { openOrganization } from '../test/reconcile/organization.ts';
import { MEMBER, makeCompliant, makeSmallOrganization } from '../test/reconcile/small-organization.ts';
import { addRole } from '../twin/make/iam.ts';
import { addNetwork } from '../twin/make/network.ts';
import { readFlags, share, wholeNumber } from './flags.ts';

const values = readFlags({
  instances: { type: 'string', default: '5000' },
  online: { type: 'string', default: '0.9' },
});
const COUNT = wholeNumber('instances', values.instances);
const ONLINE = share('online', values.online);
const PROFILES = 20;
/** A VPC of made instances takes no more: their addresses end with one octet. */
const A_VPC = 240;

const snapshot = makeSmallOrganization({
  members: 1,
  regions: 1,
  shape: (account, [region = '']) => {
    makeCompliant(account, [region]);
    for (let index = 0; index < PROFILES; index += 1) {
      addRole(account, {
        name: `app-${index}`,
        trust: { Service: 'ec2.amazonaws.com' },
        instanceProfile: true,
        managed: index % 2 === 0 ? ['AmazonSSMManagedInstanceCore'] : [],
      });
    }
    for (let first = 0; first < COUNT; first += A_VPC) {
      const shape = (['nat', 'public', 'isolated'] as const)[(first / A_VPC) % 3] ?? 'nat';
      const instances = Array.from({ length: Math.min(A_VPC, COUNT - first) }, (_, at) => ({
        name: `web-${first + at}`,
        running: true,
        online: shape !== 'isolated' && (at * 0.618_034) % 1 < ONLINE,
        ...(at % 2 === 0 ? { profile: `app-${at % PROFILES}` } : {}),
      }));
      addNetwork(account, region, { shape, name: `vpc-${first}`, octet: 10 + first / A_VPC, instances });
    }
  },
});

const organization = await openOrganization(snapshot);
try {
  for (const round of ['first', 'second']) {
    const before = organization.twin.calls().calls.reduce((sum, call) => sum + call.count, 0);
    const began = performance.now();
    const result = await organization.run({ mode: 'assess', scope: { accounts: [MEMBER] } });
    const seconds = (performance.now() - began) / 1000;
    const { calls } = organization.twin.calls();
    const target = result.targets[0];
    if (target?.status === undefined || target.status === 'ERROR') {
      throw new Error(target?.findings[0]?.sentence ?? 'no target');
    }
    const record = Buffer.byteLength(JSON.stringify(toTargetItem(target)));
    const lines = [
      `${round} assess of ${COUNT} instances: ${calls.reduce((sum, call) => sum + call.count, 0) - before} calls in all, ${seconds.toFixed(1)} s`,
      `  ${target.instances.verdicts.length} named, record ${(record / 1024).toFixed(1)} KiB, peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB (service and twin in one process)`,
      `  ${JSON.stringify(target.instances.byVerdict)}`,
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    if (round === 'first') {
      const own = calls.filter(({ account }) => account === MEMBER);
      for (const { operation, count } of own) process.stdout.write(`    ${count} ${operation}\n`);
    }
  }
} finally {
  await organization.close();
}
