/**
 * Verdicts of a real assess run against what the twin's agents are, which no API reports: an instance is
 * Online exactly where its verdict says so, and what a verdict names is true there.
 */
import type { InstanceResult } from '../../functions/core/model/result.ts';
import { type AgentView, inspectAgent } from '../../twin/agents/agents.ts';
import type { Piece } from '../../twin/contract.ts';
import { generateInstances, REGION } from './generated-instances.ts';
import { openOrganization, targetOf } from './organization.ts';

export interface Opinion {
  accountKind: string;
  instanceId: string;
  name: string;
  verdict: InstanceResult['verdict'];
  reason: string | null;
  /** What the verdict claims and the twin denies; null where they agree. */
  disagreement: string | null;
  /** Why that is so, where it is known. */
  explained: string | null;
  view: AgentView;
}

/** All agents are where they will be: 65 minutes, and some. */
const SETTLED_SECONDS = 70 * 60;

/** Judges `count` generated instances once everything has settled. */
export async function judgeGenerated(count: number, seed: number): Promise<Opinion[]> {
  const { snapshot, accounts } = generateInstances(count, seed);
  const organization = await openOrganization(snapshot);
  try {
    organization.twin.state.clock.advance(SETTLED_SECONDS);
    const result = await organization.run({ mode: 'assess' }, { namedInstances: 1000 });
    return Object.entries(accounts).flatMap(([accountId, accountKind]) => {
      const { state } = organization.twin;
      const { Agents, Ec2 } = state.region(accountId, REGION);
      const instances = new Map<string, Piece>(Ec2.Instances.map((each: Piece) => [each.InstanceId, each]));
      const isProxied = ({ InstanceId }: Piece) =>
        Agents[InstanceId]?.Proxy && inspectAgent(state, accountId, REGION, InstanceId).online;
      const proxied = Ec2.Instances.filter(isProxied).map(neighbourhoodOf);
      const hasProxiedNeighbour = (id: string) => proxied.includes(neighbourhoodOf(instances.get(id) ?? {}));
      return targetOf(result, accountId, REGION).instances.verdicts.map((one) => {
        const view = inspectAgent(state, accountId, REGION, one.instanceId);
        const disagreement = disagreementOf(one, view);
        return {
          accountKind,
          instanceId: one.instanceId,
          name: instances.get(one.instanceId)?.Tags[0].Value,
          verdict: one.verdict,
          reason: one.reason,
          disagreement,
          explained:
            disagreement && explain(view, Agents[one.instanceId] ?? {}, hasProxiedNeighbour(one.instanceId)),
          view,
        };
      });
    });
  } finally {
    await organization.close();
  }
}

function disagreementOf({ verdict, credentialSource }: InstanceResult, view: AgentView): string | null {
  const { online, credentialSource: source, names } = view;
  const isOnlineVerdict = ['MANAGED', 'PROFILE_SUPPRESSES_DHMC', 'SERVICE_MANAGED'].includes(verdict);
  if (online && !isOnlineVerdict) return 'the twin says Online';
  if (verdict === 'MANAGED' && !online) return 'the twin says it is not Online';
  // The metadata service off, there is no source at all.
  if (source === 'INSTANCE_PROFILE' && credentialSource !== 'INSTANCE_PROFILE')
    return 'the twin uses the profile';
  if (source === 'DHMC' && credentialSource !== 'DHMC') return 'the twin uses DHMC';
  switch (verdict) {
    case 'PROFILE_SUPPRESSES_DHMC':
      return source === 'DHMC' ? 'the twin uses DHMC' : null;
    case 'IMDS_DISABLED':
    case 'NO_CREDENTIALS':
    case 'API_DENIED':
    case 'AGENT_TOO_OLD':
      return source === 'NONE' ? null : `the twin has credentials from ${source}`;
    case 'NO_PATH':
    case 'PATH_BLOCKED':
      return Object.values(names).includes('blocked') ? null : 'nothing is blocked in the twin';
    case 'CONNECTION_LOST':
    case 'AGENT_SILENT':
    case 'AWAITING_AGENT':
    case 'STATUS_CHECK_FAILED':
      if (source === 'NONE') return 'the twin has no credentials';
      return names.ssm === 'blocked' ? 'the twin does not reach ssm' : null;
    case 'PATH_UNKNOWN':
      return source === 'NONE' ? 'the twin has no credentials' : null;
    case 'MANAGED':
    case 'SERVICE_MANAGED':
      return null;
  }
}

/** What one of these reaches the other is taken to reach (docs/spec/decisions.md, "Evidence"). */
function neighbourhoodOf({ SubnetId, SecurityGroups = [] }: Piece): string {
  return [SubnetId, ...SecurityGroups.map(({ GroupId }: Piece) => GroupId)].join(' ');
}

/** What no API shows, so that no verdict can rest on it. */
function explain({ why }: AgentView, agent: Piece, hasProxiedNeighbour: boolean): string | null {
  if (agent.Proxy) return 'its agent uses a proxy, which only the agent knows';
  if (why[0]?.includes('is older than')) {
    return 'its agent is too old for DHMC, but never reported, so that its version is not known';
  }
  if (hasProxiedNeighbour) return 'a neighbour that is Online through a proxy counts as evidence of a path';
  return null;
}
