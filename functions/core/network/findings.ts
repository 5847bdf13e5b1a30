/** The findings on a VPC: each reason once, with what was seen and whom it concerns. */
import type { Finding } from '../model/result.ts';
import type { ReasonCode } from '../reasons.ts';
import type { EndpointNeed } from './endpoint-need.ts';
import type { EndpointPlan } from './endpoint-plan.ts';
import type { VpcFacts } from './facts.ts';
import type { ClientPath } from './instance-path.ts';
import { alternatives, type EndpointPrice } from './prices.ts';

/** Reasons that stand on the paths of clients. */
export function pathFindings(paths: ClientPath[], price: EndpointPrice): Finding[] {
  const byReason = new Map<ReasonCode, { ids: string[]; seen: string }>();
  for (const { client, reasons, names } of paths) {
    for (const code of reasons) {
      const facts = names.find((name) => name.reasons.includes(code))?.facts ?? [];
      // Of custom DNS the servers are the point, of all else what stopped the way.
      const seen = (code === 'DNS_CUSTOM' ? facts[0] : facts.at(-1))?.sentence ?? '';
      const known = byReason.get(code) ?? { ids: [], seen };
      known.ids.push(client.id);
      byReason.set(code, known);
    }
  }
  return [...byReason].map(([code, { ids, seen }]) => ({
    code,
    subject: paths[0]?.client.vpcId ?? null,
    sentence: `${seen} It concerns ${few(ids)}.${code === 'DNS_CUSTOM' ? remedies(price) : ''}`,
  }));
}

/** The three remedies for custom DNS, with their fixed prices. */
function remedies(price: EndpointPrice): string {
  return alternatives(2, 2, price)
    .filter(({ what }) => what !== 'CENTRAL_ENDPOINTS')
    .map(({ sentence, monthlyUsd }) => ` From about $${monthlyUsd.toFixed(2)} a month: ${sentence}`)
    .join('');
}

/** What keeps endpoints from being planned. */
export function needFindings(need: EndpointNeed): Finding[] {
  const codes = [...new Set(need.stops.map(({ reason }) => reason))];
  return codes.flatMap((code) => {
    const stop = need.stops.find(({ reason }) => reason === code);
    return stop ? [{ code, subject: stop.fact.resource, sentence: stop.fact.sentence }] : [];
  });
}

export function noPathFinding(
  vpc: VpcFacts,
  lacking: ClientPath[],
  plan: EndpointPlan,
  price: EndpointPrice,
): Finding {
  const ids = lacking.map(({ client }) => client.id);
  const central = alternatives(plan.created.length, 2, price).find(
    ({ what }) => what === 'CENTRAL_ENDPOINTS',
  );
  const told =
    plan.monthlyUsd > 0 && central
      ? ` Endpoints would cost $${plan.monthlyUsd.toFixed(2)} a month; instead, from about $${central.monthlyUsd.toFixed(2)}: ${central.sentence}`
      : '';
  return {
    code: 'NO_PATH_TO_SSM',
    subject: vpc.vpcId,
    sentence: `${few(ids)} can not reach Systems Manager.${told}`,
  };
}

export function driftFinding(vpc: VpcFacts): Finding {
  const sentence = 'An endpoint of ours lacks a zone, a rule for 443, its security group or its private DNS.';
  return { code: 'ENDPOINT_DRIFTED', subject: vpc.vpcId, sentence };
}

/** `totalUsd`: what stands and what is planned, a month. */
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

function few(ids: string[]): string {
  return ids.length <= 3 ? ids.join(', ') : `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`;
}
