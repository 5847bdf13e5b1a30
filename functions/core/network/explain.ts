/** A verdict in sentences: what was seen, what follows, what would be done and what else could be. */
import { REASONS } from '../reasons.ts';
import { describeClient } from './clients.ts';
import type { ClientPath } from './instance-path.ts';
import { alternatives, type EndpointPrice, PRICES_AS_OF } from './prices.ts';
import type { VpcVerdict } from './vpc-verdict.ts';

const PATHS: Record<VpcVerdict['path'], string> = {
  PROVEN: 'works: instances are Online, and that proves it',
  ENDPOINTS: 'goes through interface endpoints of the VPC',
  CENTRAL: 'goes through central endpoints',
  INTERNET: 'goes over the internet',
  UNKNOWN: 'cannot be judged from here',
  NONE: 'does not exist',
};

export function explainVpc(verdict: VpcVerdict, price: EndpointPrice): string[] {
  const blocked = blocksOf(verdict.clients.flatMap(({ reasons }) => reasons));
  const lines = [
    `The path of ${verdict.vpcId} to Systems Manager ${PATHS[verdict.path]}${verdict.path !== 'NONE' && blocked !== '' ? `, but is blocked: ${blocked}` : ''}.`,
  ];
  for (const [path, alike] of Map.groupBy(verdict.clients, (path) => factsOf(path).join('\n'))) {
    const ids = alike.map(({ client }) => describeClient(client));
    const shown =
      ids.length > 3 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more` : ids.join(', ');
    const reasons = blocksOf(alike[0]?.reasons ?? []);
    lines.push(
      `${shown}: ${alike[0]?.path}${reasons === '' ? '' : `, ${reasons}`}.`,
      ...path.split('\n').filter((line) => line !== ''),
    );
  }
  for (const { code, sentence } of verdict.findings)
    lines.push(`${code}: ${sentence} ${REASONS[code].remedy}`);
  for (const { action, monthlyCostUsd } of verdict.changes) {
    lines.push(`Would do: ${action.kind}${monthlyCostUsd ? `, $${monthlyCostUsd.toFixed(2)} a month` : ''}.`);
  }
  if (verdict.proposal) {
    const { services, endpointZones, monthlyUsd } = verdict.proposal;
    lines.push(
      `Endpoints for ${services.join(', ')} in ${endpointZones} endpoint-zones cost $${monthlyUsd.toFixed(2)} a month (prices of ${PRICES_AS_OF}${price.estimated ? ', estimated' : ''}).`,
    );
  }
  if (verdict.path === 'UNKNOWN') {
    lines.push('To find out: on an instance of the VPC, resolve the names and connect to them on TCP 443.');
  }
  if (verdict.path === 'NONE') {
    const services = verdict.proposal?.services.length ?? 2;
    const zones = verdict.proposal ? Math.ceil(verdict.proposal.endpointZones / services) : 2;
    for (const other of alternatives(services, zones, price)) {
      const cost =
        other.monthlyUsd > 0 ? `from about $${other.monthlyUsd.toFixed(2)} a month` : 'at no charge';
      lines.push(`Or, ${cost}: ${other.sentence}`);
    }
  }
  return lines;
}

/** Each sentence once, and none that another one begins with. */
export function factsOf(path: ClientPath): string[] {
  const all = [...new Set(path.names.flatMap(({ facts }) => facts.map(({ sentence }) => sentence)))];
  return all.filter((one) => !all.some((other) => other !== one && other.startsWith(one.replace(/\.$/, ''))));
}

function blocksOf(reasons: string[]): string {
  return [...new Set(reasons)].sort().join(', ');
}
