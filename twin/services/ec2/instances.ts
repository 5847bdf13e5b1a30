/** Instances, their statuses and network interfaces. */
import { createHash } from 'node:crypto';
import type { Call, Operations, Piece } from '../../contract.ts';
import { settleEndpoints } from './endpoint-life.ts';
import { INSTANCE_FILTERS, INSTANCE_STATUS_FILTERS, NETWORK_INTERFACE_FILTERS } from './instance-filters.ts';
import { type Listing, listOperation, readOperation, resources, select } from './list.ts';
import { notFound } from './not-found.ts';
import { visibleInterfaces } from './sharing.ts';
import { withDates } from './times.ts';

const PAGES = { least: 5, most: 1000 };

const INSTANCE_IDS = {
  input: 'InstanceIds',
  key: 'InstanceId',
  notFound: notFound('i'),
  notWithMaxResults: 'instancesSet',
};

/** Members of a reservation, which the format's flat list of instances doesn't show. */
const RESERVATION = ['OwnerId', 'ReservationId', 'RequesterId'];

const INSTANCES: Listing = {
  output: 'Instances',
  from: (call) =>
    resources('Instances')(call).map((instance) => ({
      ...reservationOf(instance, call),
      ...namesOf(instance, call.region),
      ...instance,
    })),
  filters: INSTANCE_FILTERS,
  ids: INSTANCE_IDS,
  pages: PAGES,
};

/** Instances of one owner are in one reservation, which keeps clients from reading the first one alone. */
function reservationOf(instance: Piece, call: Call): Piece {
  const OwnerId = instance.NetworkInterfaces?.[0]?.OwnerId ?? call.accountId;
  const hash = createHash('sha256').update(`${OwnerId}/${call.region}`).digest('hex');
  return { OwnerId, ReservationId: `r-0${hash.slice(0, 16)}` };
}

/**
 * EC2 always sends both names, empty where there is none; prowler stops reading at an instance without. The private
 * name by address is `ip-10-0-0-5.ec2.internal` in us-east-1 and `ip-10-0-0-5.REGION.compute.internal` elsewhere.
 * Source: VPC user guide, "DNS attributes for your VPC".
 */
function namesOf({ PrivateIpAddress }: Piece, region: string): Piece {
  const zone = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  const name = PrivateIpAddress ? `ip-${String(PrivateIpAddress).replaceAll('.', '-')}.${zone}` : '';
  return { PrivateDnsName: name, PublicDnsName: '' };
}

function groupByReservation(instances: Piece[]): Piece[] {
  const groups = Map.groupBy(instances, (instance) => String(instance.ReservationId));
  return [...groups.entries()].map(([ReservationId, members]) => ({
    ReservationId,
    OwnerId: members[0]?.OwnerId,
    Groups: [],
    Instances: members.map((member) =>
      withDates(Object.fromEntries(Object.entries(member).filter(([key]) => !RESERVATION.includes(key)))),
    ),
  }));
}

const OK = { Status: 'ok', Details: [] };
const NOT_APPLICABLE = { Status: 'not-applicable' };

/**
 * The status that the snapshot holds; where it is silent, nothing is wrong with a running instance. Others
 * are `not-applicable`.
 */
function statusesOf(call: Call): Piece[] {
  const known = new Map(resources('InstanceStatuses')(call).map((status) => [status.InstanceId, status]));
  return resources('Instances')(call).map((instance) => {
    const running = instance.State.Name === 'running';
    const status = running ? OK : NOT_APPLICABLE;
    return {
      AvailabilityZone: instance.Placement?.AvailabilityZone,
      InstanceStatus: status,
      SystemStatus: status,
      ...(running ? known.get(instance.InstanceId) : {}),
      InstanceId: instance.InstanceId,
      InstanceState: instance.State,
    };
  });
}

const STATUSES = listOperation(
  'DescribeInstanceStatus',
  {
    output: 'InstanceStatuses',
    from: statusesOf,
    filters: INSTANCE_STATUS_FILTERS,
    ids: INSTANCE_IDS,
    pages: PAGES,
  },
  'IncludeAllInstances',
);

/** "When false, includes the health status for running instances only. Default: false". */
function withRunningOnly(input: Piece): Piece {
  if (input.IncludeAllInstances === true) return input;
  return {
    ...input,
    Filters: [...(input.Filters ?? []), { Name: 'instance-state-name', Values: ['running'] }],
  };
}

// IncludeManagedResources is refused: the format has no visibility of managed resources that it could lift.
export const INSTANCE_OPERATIONS: Operations = {
  DescribeInstances: readOperation(
    'DescribeInstances',
    ['InstanceIds', 'Filters', 'MaxResults', 'NextToken'],
    (input, call) => {
      const { items, token } = select(INSTANCES, input, call);
      return { Reservations: groupByReservation(items), NextToken: token };
    },
  ),
  DescribeInstanceStatus: {
    ...STATUSES,
    handle: (input, call) => STATUSES.handle(withRunningOnly(input), call),
  },
  DescribeNetworkInterfaces: listOperation('DescribeNetworkInterfaces', {
    output: 'NetworkInterfaces',
    // AWS calls this resource's tags TagSet
    from: (call) => {
      settleEndpoints(call.state, call.accountId, call.region);
      return visibleInterfaces(call).map((each) => ({ ...each, Tags: each.TagSet }));
    },
    show: ({ Tags: _tags, ...shown }) => shown,
    filters: NETWORK_INTERFACE_FILTERS,
    ids: {
      input: 'NetworkInterfaceIds',
      key: 'NetworkInterfaceId',
      notFound: notFound('eni'),
      // documented as refused; the parameter's name in the wording is unverified
      notWithMaxResults: 'networkInterfaceIdSet',
    },
    pages: PAGES,
  }),
};
