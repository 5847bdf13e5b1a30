/** DescribeRegions and DescribeAvailabilityZones. */
import { AwsError, type Call, type Operations, type Piece, type RegionState } from '../../contract.ts';
import { listOperation, resources } from './list.ts';

/**
 * `RegionOptStatus` of account ListRegions, as DescribeRegions words it. ENABLING and DISABLING have no word
 * there; that a Region in between reads as before is unverified.
 */
const OPT_IN_STATUS: Record<RegionState['RegionOptStatus'], string> = {
  ENABLED_BY_DEFAULT: 'opt-in-not-required',
  ENABLED: 'opted-in',
  ENABLING: 'not-opted-in',
  DISABLING: 'opted-in',
  DISABLED: 'not-opted-in',
};

const DNS_SUFFIX: Record<string, string> = { 'aws-cn': 'amazonaws.com.cn', 'aws-eusc': 'amazonaws.eu' };

function listRegions(call: Call): Piece[] {
  const suffix = DNS_SUFFIX[call.state.partition] ?? 'amazonaws.com';
  return call.state.regions.map((RegionName) => ({
    RegionName,
    OptInStatus: OPT_IN_STATUS[call.state.region(call.accountId, RegionName).RegionOptStatus],
    Endpoint: `ec2.${RegionName}.${suffix}`,
  }));
}

const REGION_FILTERS = { endpoint: 'Endpoint', 'opt-in-status': 'OptInStatus', 'region-name': 'RegionName' };

const ALL_REGIONS = listOperation('DescribeRegions', {
  output: 'Regions',
  from: listRegions,
  filters: REGION_FILTERS,
  ids: {
    input: 'RegionNames',
    key: 'RegionName',
    // wording unverified
    notFound: (names) => new AwsError('InvalidParameterValue', `Invalid region name '${names[0]}'`),
  },
  pages: null,
});

const ENABLED_REGIONS = listOperation('DescribeRegions', {
  output: 'Regions',
  from: (call) => listRegions(call).filter((region) => region.OptInStatus !== 'not-opted-in'),
  filters: REGION_FILTERS,
  pages: null,
});

export const REGION_OPERATIONS: Operations = {
  DescribeRegions: {
    ...ALL_REGIONS,
    honours: [...ALL_REGIONS.honours, 'AllRegions'],
    // "You can specify any Regions, whether they are enabled and disabled for your account" (RegionNames)
    handle: (input, call) =>
      (input.AllRegions === true || input.RegionNames?.length > 0 ? ALL_REGIONS : ENABLED_REGIONS).handle(
        input,
        call,
      ),
  },
  DescribeAvailabilityZones: listOperation(
    'DescribeAvailabilityZones',
    {
      output: 'AvailabilityZones',
      from: listZones,
      filters: {
        'group-long-name': 'GroupLongName',
        'group-name': 'GroupName',
        message: 'Messages.Message',
        'parent-zone-id': 'ParentZoneId',
        'parent-zone-name': 'ParentZoneName',
        'opt-in-status': 'OptInStatus',
        'region-name': 'RegionName',
        state: 'State',
        'zone-id': 'ZoneId',
        'zone-name': 'ZoneName',
        'zone-type': 'ZoneType',
      },
      ids: {
        input: 'ZoneNames',
        key: 'ZoneName',
        notFound: (names) =>
          new AwsError('InvalidParameterValue', `Invalid availability zone: [${names[0]}]`),
      },
      pages: null,
    },
    'AllAvailabilityZones',
  ),
};

/**
 * The zones that the account's subnets, instances and endpoint services name, three where none does. The
 * format holds no list of zones; ids that it doesn't show are made up, in the order of the names.
 */
function listZones(call: Call): Piece[] {
  const subnets = resources('Subnets')(call);
  const ids = new Map(subnets.map((subnet) => [String(subnet.AvailabilityZone), subnet.AvailabilityZoneId]));
  const names = new Set([
    ...ids.keys(),
    ...resources('Instances')(call).flatMap((instance) => instance.Placement?.AvailabilityZone ?? []),
    ...resources('VpcEndpointServices')(call).flatMap((service) => service.AvailabilityZones ?? []),
  ]);
  const zones = names.size > 0 ? [...names].sort() : ['a', 'b', 'c'].map((letter) => call.region + letter);
  const taken = new Set(ids.values());
  const free = zoneIds(call.region).filter((id) => !taken.has(id));
  return zones.map((ZoneName) => ({
    State: 'available',
    OptInStatus: 'opt-in-not-required',
    Messages: [],
    RegionName: call.region,
    ZoneName,
    ZoneId: ids.get(ZoneName) ?? free.shift(),
    GroupName: call.region,
    NetworkBorderGroup: call.region,
    ZoneType: 'availability-zone',
  }));
}

/** `apne1-az1` ... for ap-northeast-1: ids of its availability zones. */
export function zoneIds(region: string): string[] {
  const parts = region.split('-');
  const words =
    parts
      .slice(1, -1)
      .join('')
      .match(/north|south|east|west|central|gov|iso[a-z]?|[a-z]+/g) ?? [];
  const prefix = `${parts[0]}${words.map((word) => word.charAt(0)).join('')}${parts.at(-1)}`;
  return Array.from({ length: 26 }, (_, index) => `${prefix}-az${index + 1}`);
}
