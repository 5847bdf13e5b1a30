/** Systems Manager and name resolution of a Region. */
import {
  GetDocumentCommand,
  GetServiceSettingCommand,
  paginateDescribeActivations,
  paginateDescribeInstanceInformation,
  paginateListAssociations,
  ServiceSettingNotFound,
} from '@aws-sdk/client-ssm';
import type { Region } from '../../core/model/primitives.ts';
import type { HubSettings } from '../../core/network/hub-facts.ts';
import { DHMC_SETTING_ID, isUnset } from '../../core/setting.ts';
import type { SessionClients } from '../client-pool.ts';
import { listProfileAssociations, listProfileResources, listResolver } from '../name-reader.ts';
import { readForeignZones } from './foreign-zones.ts';
import { type Gathering, itemsOf, type Piece, plain } from './gather.ts';
import { type HubHoldings, readHubHoldings, withTimes } from './hub-profiles.ts';
import { readInstances, readNetwork } from './network.ts';
import { readTransit } from './transit.ts';

/** Session Manager's preferences (user guide, "Create a Session Manager preferences document"). */
const PREFERENCES = 'SSM-SessionManagerRunShell';

export interface RegionRequest {
  clients: SessionClients;
  accountId: string;
  region: Region;
  /** Of the Region, where the configuration names one to be used; else nothing is asked about hubs. */
  hub: HubSettings | null;
}

/** Everything of a Region but its opt-in status. Where policies of the organization deny both reads that come first: nothing. */
export async function readRegion(
  { clients, accountId, region, hub }: RegionRequest,
  gathering: Gathering,
): Promise<Piece> {
  const mark = gathering.unread.length;
  const setting = await readSetting(clients, region, gathering);
  const instances = await readInstances(clients, region, gathering);
  const failed = gathering.unread.slice(mark).filter((one) => one.region === region);
  if (failed.length === 2 && failed.every(({ kind }) => kind === 'DENIED_BY_SCP')) {
    for (const one of failed) gathering.unread.splice(gathering.unread.indexOf(one), 1);
    gathering.unread.push({ ...(failed[0] as (typeof failed)[number]), api: '*' });
    return {};
  }
  const isHub = hub?.account === accountId;
  const [ssm, network] = await Promise.all([
    readNodes(clients, region, gathering),
    readNetwork(clients, region, instances, { gathering, isWanted: isHub }),
  ]);
  const hasNetwork = network.Vpcs !== undefined;
  const names = hasNetwork ? await readNames(clients, region, gathering) : {};
  const transit = hub ? await readTransit({ clients, accountId, region, gathering, hasNetwork }) : {};
  const zones = hub ? await readForeignZones({ clients, accountId, region, gathering }, network) : {};
  const holdings = isHub ? await readHubHoldings(clients, region, hub, gathering) : null;
  const Ec2 = { ...network, ...transit };
  return {
    Ssm: { ...setting, ...ssm },
    ...(Object.keys(Ec2).length > 0 ? { Ec2 } : {}),
    ...names,
    ...zones,
    ...(holdings ? withHoldings(names, holdings) : {}),
  };
}

/** Associations of the account's own VPCs are in both answers. */
function withHoldings(names: Piece, { Route53Profiles, Ram }: HubHoldings): Piece {
  const known = (names.Route53Profiles ?? {}) as Record<string, Piece[] | undefined>;
  const joined = (list: 'ProfileAssociations' | 'ProfileResourceAssociations') => {
    const all = [...(known[list] ?? []), ...Route53Profiles[list].map(withTimes)];
    return [...new Map(all.map((one) => [one.Id, one])).values()];
  };
  return {
    Route53Profiles: {
      ...(Route53Profiles.Profiles ? { Profiles: Route53Profiles.Profiles } : {}),
      ...filled({
        ProfileAssociations: joined('ProfileAssociations'),
        ProfileResourceAssociations: joined('ProfileResourceAssociations'),
      }),
    },
    Ram,
  };
}

/** A setting at its default is in no snapshot. */
async function readSetting(clients: SessionClients, region: Region, gathering: Gathering): Promise<Piece> {
  const answer = await gathering.read('ssm:GetServiceSetting', async () => {
    try {
      const { ServiceSetting } = await clients
        .ssm(region, 'read')
        .send(new GetServiceSettingCommand({ SettingId: DHMC_SETTING_ID }));
      return isUnset(ServiceSetting?.SettingValue ?? '') ? {} : { ServiceSettings: [plain(ServiceSetting)] };
    } catch (error) {
      if (error instanceof ServiceSettingNotFound) return { ServiceSettingsUnsupported: [DHMC_SETTING_ID] };
      throw error;
    }
  });
  return answer ?? {};
}

async function readNodes(clients: SessionClients, region: Region, gathering: Gathering): Promise<Piece> {
  const client = clients.ssm(region, 'read');
  const many = { MaxResults: 50 };
  const [nodes, associations, activations, document] = await Promise.all([
    gathering.read('ssm:DescribeInstanceInformation', () =>
      itemsOf(
        paginateDescribeInstanceInformation({ client }, { ...many }),
        (page) => page.InstanceInformationList,
      ),
    ),
    gathering.read('ssm:ListAssociations', () =>
      itemsOf(paginateListAssociations({ client }, { ...many }), (page) => page.Associations),
    ),
    gathering.read('ssm:DescribeActivations', () =>
      itemsOf(paginateDescribeActivations({ client }, { ...many }), (page) => page.ActivationList),
    ),
    gathering.read('ssm:GetDocument', async () => {
      const { Name, Content } = await client.send(new GetDocumentCommand({ Name: PREFERENCES }));
      return { Name, Content };
    }, ['InvalidDocument']),
  ]);
  return filled({
    InstanceInformationList: nodes,
    Associations: associations,
    Activations: activations,
    Documents: document ? [document] : [],
  });
}

/** Without lists that are empty: what a snapshot leaves out is empty. */
export function filled(piece: Record<string, Piece[] | undefined>): Piece {
  return Object.fromEntries(Object.entries(piece).filter(([, list]) => list && list.length > 0));
}

async function readNames(clients: SessionClients, region: Region, gathering: Gathering): Promise<Piece> {
  const resolver = (list: 'ResolverEndpoints' | 'ResolverRules' | 'ResolverRuleAssociations') => async () =>
    (await listResolver(clients, region, `List${list}`)).flatMap((page) => (page[list] ?? []) as Piece[]);
  const [ResolverEndpoints, ResolverRules, ResolverRuleAssociations] = await Promise.all([
    gathering.read('route53resolver:ListResolverEndpoints', resolver('ResolverEndpoints')),
    gathering.read('route53resolver:ListResolverRules', resolver('ResolverRules')),
    gathering.read('route53resolver:ListResolverRuleAssociations', resolver('ResolverRuleAssociations')),
  ]);
  const profiles = await readProfiles(clients, region, gathering);
  const rules = filled({ ResolverEndpoints, ResolverRules, ResolverRuleAssociations });
  return {
    ...(Object.keys(rules).length > 0 ? { Route53Resolver: rules } : {}),
    ...(Object.keys(profiles).length > 0 ? { Route53Profiles: profiles } : {}),
  };
}

async function readProfiles(clients: SessionClients, region: Region, gathering: Gathering): Promise<Piece> {
  const associations = await listProfileAssociations(clients, region);
  if (associations.kind === 'failed') {
    gathering.note('route53profiles:ListProfileAssociations', associations.failure);
  }
  const ProfileAssociations = associations.kind === 'value' ? associations.value : [];
  const ProfileResourceAssociations: object[] = [];
  for (const id of new Set(ProfileAssociations.flatMap(({ ProfileId }) => ProfileId ?? []))) {
    const resources = await listProfileResources(clients, region, id);
    if (resources.kind === 'value') ProfileResourceAssociations.push(...resources.value);
    else if (resources.kind === 'failed') {
      gathering.note('route53profiles:ListProfileResourceAssociations', resources.failure);
    }
  }
  const dated = (list: object[]) => list.map((piece) => withTimes(piece as Piece));
  return filled({
    ProfileAssociations: dated(ProfileAssociations),
    ProfileResourceAssociations: dated(ProfileResourceAssociations),
  });
}
