/**
 * Verdicts on generated instances against the twin's agents: how many agree, and every disagreement.
 *
 *     node cli/with-node.mjs bench/instance-agreement.ts [--instances 1000] [--seed 5]
 */
import { judgeGenerated } from '../test/reconcile/instance-agreement.ts';
import { readFlags, wholeNumber } from './flags.ts';

const values = readFlags({
  instances: { type: 'string', default: '1000' },
  seed: { type: 'string', default: '5' },
});

const began = performance.now();
const opinions = await judgeGenerated(
  wholeNumber('instances', values.instances),
  wholeNumber('seed', values.seed, 0),
);
const differing = opinions.filter(({ disagreement }) => disagreement !== null);
const byVerdict = Map.groupBy(opinions, ({ verdict }) => verdict);
const lines = [
  `${opinions.length} running instances, seed ${values.seed}, ${((performance.now() - began) / 1000).toFixed(1)} s`,
  ...[...byVerdict].sort().map(([verdict, of]) => `  ${String(of.length).padStart(5)} ${verdict}`),
  `agree: ${opinions.length - differing.length}; explained: ${differing.filter(({ explained }) => explained).length}; unexplained: ${differing.filter(({ explained }) => !explained).length}`,
  ...[
    ...Map.groupBy(differing, ({ explained, disagreement }) => explained ?? `UNEXPLAINED: ${disagreement}`),
  ].map(([why, of]) => `  ${of.length} ${why}: ${[...new Set(of.map((o) => o.verdict))].join(', ')}`),
  ...differing
    .filter(({ explained }) => !explained)
    .slice(0, 20)
    .map(
      (o) =>
        `    ${o.accountKind} ${o.name} ${o.instanceId} ${o.verdict} ${o.reason}: ${o.disagreement}: ${o.view.why.join(' | ')}`,
    ),
];
process.stdout.write(`${lines.join('\n')}\n`);
const isRight = opinions.length > 0 && differing.every(({ explained }) => explained);
process.exitCode = isRight ? 0 : 1;
