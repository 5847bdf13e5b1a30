/** The findings on a VPC: each reason once, with what was seen and whom it concerns. */
import type { Finding } from '../model/result.ts';
import type { ReasonCode } from '../reasons.ts';
import { describeClient } from './clients.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import type { EndpointPlan } from './endpoint-plan.ts';
import type { VpcFacts } from './facts.ts';
import type { ClientPath } from './instance-path.ts';
import { isPublic, type NamePath } from './name-path.ts';
import { alternatives, type EndpointPrice } from './prices.ts';

/** Each reason on the paths of clients, once, in the words of the facts that it rests on. */
export function pathFindings(paths: ClientPath[], price: EndpointPrice): Finding[] {
  const byReason = new Map<ReasonCode, { affected: string[]; seen: Set<string> }>();
  for (const { client, reasons, names } of paths) {
    for (const code of reasons) {
      const known = byReason.get(code) ?? { affected: [], seen: new Set() };
      known.affected.push(describeClient(client));
      for (const seen of causesOf(names, code)) known.seen.add(seen);
      byReason.set(code, known);
    }
  }
  return [...byReason].map(([code, { affected, seen }]) => ({
    code,
    subject: paths[0]?.client.vpcId ?? null,
    sentence:
      `${few([...seen], ' ')} Affected: ${few(affected)}.${code === 'DNS_CUSTOM' ? remedies(price) : ''}`.trim(),
  }));
}

/** Of names that have the reason, the facts that give it; where none is marked, what was seen last. */
export function causesOf(names: readonly Pick<NamePath, 'reasons' | 'facts'>[], code: ReasonCode): string[] {
  const concerned = names.filter(({ reasons }) => reasons.includes(code));
  const marked = concerned.flatMap(({ facts }) => facts.filter(({ reason }) => reason === code));
  if (marked.length > 0) return marked.map(({ sentence }) => sentence);
  const last = concerned[0]?.facts.at(-1);
  return last ? [last.sentence] : [];
}

/** Some of the needed names are central, and others have no path: said beside whatever else is wrong. */
export function incompleteFinding(vpc: VpcFacts, paths: ClientPath[]): Finding[] {
  const affected = paths.filter(lacksCentral);
  const [first] = affected;
  if (!first) return [];
  const of = (wanted: boolean) =>
    first.names
      .filter((name) => isCentral(name) === wanted && (wanted || name.path === 'NONE'))
      .map(({ name }) => name);
  return [
    {
      code: 'CENTRAL_ENDPOINTS_INCOMPLETE',
      subject: vpc.vpcId,
      sentence: `${of(true).join(', ')} ${of(true).length === 1 ? 'resolves' : 'resolve'} to central endpoints, ${of(false).join(', ')} ${of(false).length === 1 ? 'does' : 'do'} not and ${of(false).length === 1 ? 'has' : 'have'} no path. Affected: ${few(affected.map(({ client }) => describeClient(client)))}.`,
    },
  ];
}

/** Some of its names are central, and another has no path. */
export function lacksCentral({ names }: ClientPath): boolean {
  return names.some(isCentral) && names.some((name) => !isCentral(name) && name.path === 'NONE');
}

function isCentral({ resolvesTo }: ClientPath['names'][number]): boolean {
  return resolvesTo === 'central';
}

/** The three remedies for custom DNS, with their prices. */
function remedies(price: EndpointPrice): string {
  return alternatives(2, 2, price)
    .filter(({ what }) => what !== 'CENTRAL_ENDPOINTS')
    .map(({ sentence, monthlyUsd }) =>
      monthlyUsd > 0
        ? ` From about $${monthlyUsd.toFixed(2)} a month: ${sentence}`
        : ` No charge: ${sentence}`,
    )
    .join('');
}

/** What keeps endpoints from being planned. */
export function needFindings(need: EndpointNeed): Finding[] {
  const codes = [...new Set(need.stops.map(({ reason }) => reason))];
  return codes.map((code) => {
    const seen = need.stops.filter(({ reason }) => reason === code).map(({ fact }) => fact);
    const sentences = [...new Set(seen.map(({ sentence }) => sentence))];
    return { code, subject: seen[0]?.resource ?? null, sentence: few(sentences, ' ') };
  });
}

export function noPathFinding(
  vpc: VpcFacts,
  lacking: ClientPath[],
  plan: EndpointPlan,
  price: EndpointPrice,
): Finding {
  const affected = lacking.map(({ client }) => describeClient(client));
  const central = alternatives(plan.created.length, 2, price).find(
    ({ what }) => what === 'CENTRAL_ENDPOINTS',
  );
  const costs =
    plan.monthlyUsd > 0 && central
      ? ` Endpoints would cost $${plan.monthlyUsd.toFixed(2)} a month; instead, from about $${central.monthlyUsd.toFixed(2)}: ${central.sentence}`
      : '';
  return {
    code: 'NO_PATH_TO_SSM',
    subject: vpc.vpcId,
    sentence: `${few(routesOf(lacking), ' ')} Affected: ${few(affected)}.${costs}`.trim(),
  };
}

/** With `path: private`: who reaches Systems Manager over public addresses, and by which names. */
export function notPrivateFinding(vpc: VpcFacts, exposed: ClientPath[]): Finding {
  const names = new Set(
    exposed.flatMap((path) => path.names.filter(isPublic)).map(({ name }) => name as string),
  );
  const affected = few(exposed.map(({ client }) => describeClient(client)));
  const sentence = `The path is to be private, and ${few([...names])} resolve to public addresses. Affected: ${affected}.`;
  return { code: 'PATH_NOT_PRIVATE', subject: vpc.vpcId, sentence };
}

/** With `endpoints: central`, why a VPC is not made a spoke of its Region's hub. */
export function notPlannedFinding({ vpcId }: VpcFacts, why: string): Finding {
  const sentence = `The VPC is not switched to the hub. ${why}`;
  return { code: 'CENTRAL_NOT_PLANNED', subject: vpcId, sentence };
}

export function pendingHubFinding({ vpcId }: VpcFacts, why: string): Finding {
  const sentence = `The VPC reaches the hub, which is made in its own account first. ${why}`.trim();
  return { code: 'CENTRAL_HUB_PENDING', subject: vpcId, sentence };
}

export function brokenHubFinding({ vpcId }: VpcFacts, why: string): Finding {
  const sentence = `The VPC uses the Profile of the hub, which is repaired in its own account first. ${why}`;
  return { code: 'CENTRAL_HUB_PENDING', subject: vpcId, sentence };
}

export function undecidedFinding({ vpcId }: VpcFacts): Finding {
  const sentence =
    'The VPC is recorded for the hub; the next pass compares prices over all VPCs of the Region.';
  return { code: 'CENTRAL_UNDECIDED', subject: vpcId, sentence };
}

export function lostSpokeFinding({ vpcId }: VpcFacts, why: string): Finding {
  const sentence = `The VPC uses the hub, but the path to it is interrupted. ${why}`;
  return { code: 'CENTRAL_UNREACHABLE', subject: vpcId, sentence };
}

/** Where the routes of names without a path end, each once. */
function routesOf(lacking: ClientPath[]): string[] {
  const ends = lacking.flatMap(({ names }) =>
    names.filter(({ path }) => path === 'NONE').map(({ facts }) => facts.at(-1)?.sentence),
  );
  const seen = [...new Set(ends)].filter((sentence) => sentence !== undefined);
  return seen.length > 0 ? seen : ['No path leads to Systems Manager.'];
}

/** What the planned repairs are for. */
export function driftFinding(vpc: VpcFacts, { changes }: EndpointPlan): Finding {
  const lacks = changes.flatMap(({ action }): string[] => {
    if (action.kind === 'AllowEndpointIngress' && action.group.kind === 'existing')
      return [`${action.group.id} does not admit 443 from ${action.cidrs.join(', ')}.`];
    if (action.kind === 'SetEndpointPolicy')
      return [`${action.endpointId}, which this service made, has another policy than endpointPolicy says.`];
    if (action.kind !== 'ModifyInterfaceEndpoint') return [];
    const lacking = [
      ...(action.addSubnetIds.length > 0 ? [`a network interface in ${action.addSubnetIds.join(', ')}`] : []),
      ...(action.addGroups.length > 0 ? ['a security group that admits 443 from the whole VPC'] : []),
      ...(action.privateDns ? ['private DNS'] : []),
    ];
    return [`${action.endpointId}, which this service made, lacks ${lacking.join(' and ')}.`];
  });
  return { code: 'ENDPOINT_DRIFTED', subject: vpc.vpcId, sentence: few(lacks, ' ') };
}

/** `totalUsd`: what exists and what is planned, a month. */
export function budgetFinding(vpc: VpcFacts, totalUsd: number, maxMonthlyUsdPerVpc: number): Finding {
  return {
    code: 'BUDGET_EXCEEDED',
    subject: vpc.vpcId,
    sentence: `Endpoints would cost $${totalUsd.toFixed(2)} a month, more than maxMonthlyUsdPerVpc ${maxMonthlyUsdPerVpc}.`,
  };
}

/** `plannedUsd`: what is planned here, a month. */
export function refusedFinding(vpc: VpcFacts, plannedUsd: number): Finding {
  return {
    code: 'BUDGET_EXCEEDED',
    subject: vpc.vpcId,
    sentence: `Endpoints would cost $${plannedUsd.toFixed(2)} a month, which no longer fits maxMonthlyUsd of the whole run.`,
  };
}

function few(items: string[], separator = ', '): string {
  return items.length <= 3
    ? items.join(separator)
    : `${items.slice(0, 3).join(separator)} and ${items.length - 3} more${separator === ' ' ? '.' : ''}`;
}
