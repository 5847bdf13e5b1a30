/** A verdict in sentences: what was seen, what follows, what would be done and what else could be. */
import { REASONS } from '../reasons.ts';
import type { ClientPath } from './instance-path.ts';
import { alternatives, type EndpointPrice, PRICES_AS_OF } from './prices.ts';
import type { VpcVerdict } from './vpc-verdict.ts';

const PATHS: Record<VpcVerdict['path'], string> = {
  PROVEN: 'works: instances are Online, and that proves it',
  ENDPOINTS: 'goes through interface endpoints of the VPC',
  CENTRAL: 'goes through central endpoints',
  INTERNET: 'goes over the internet',
  UNKNOWN: 'can not be judged from here',
  NONE: 'does not exist',
};

export function explainVpc(verdict: VpcVerdict, price: EndpointPrice): string[] {
  const lines = [`The path of ${verdict.vpcId} to Systems Manager ${PATHS[verdict.path]}.`];
  for (const [path, alike] of Map.groupBy(verdict.clients, (path) => factsOf(path).join('\n'))) {
    const ids = alike.map(({ client }) => client.id);
    const shown =
      ids.length > 3 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more` : ids.join(', ');
    lines.push(`${shown}: ${alike[0]?.path}.`, ...path.split('\n').filter((line) => line !== ''));
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
  if (verdict.path === 'NONE') {
    const services = verdict.proposal?.services.length ?? 2;
    const zones = verdict.proposal ? Math.ceil(verdict.proposal.endpointZones / services) : 2;
    for (const other of alternatives(services, zones, price)) {
      lines.push(`Or, from about $${other.monthlyUsd.toFixed(2)} a month: ${other.sentence}`);
    }
  }
  return lines;
}

function factsOf(path: ClientPath): string[] {
  return [...new Set(path.names.flatMap(({ facts }) => facts.map(({ sentence }) => sentence)))];
}
