/** Probes that change nothing. Each asks about a fact that documentation leaves open. */
import { ListRegionsCommand } from '@aws-sdk/client-account';
import { DescribeVpcEndpointServicesCommand, DescribeVpcEndpointsCommand } from '@aws-sdk/client-ec2';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { ListAccountsCommand } from '@aws-sdk/client-organizations';
import { DescribeInstanceInformationCommand, GetServiceSettingCommand } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { masked } from '../../core/conformance.ts';
import { DHMC_SETTING_ID } from '../../core/setting.ts';
import { answerOf, keysOf, type Probe } from './probe.ts';

const ACCOUNT_STATES = ['PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'];
const REGION_STATES = ['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT'];

const others = (values: (string | undefined)[], known: readonly string[]): string[] =>
  [...new Set(values.filter((value) => value !== undefined && !known.includes(value)))].map(String).sort();

export const READ_PROBES: readonly Probe[] = [
  {
    id: 'setting-unset',
    fact: 'An unset service setting reads as $None.',
    mode: 'read',
    ask: ({ clients, region }) =>
      answerOf(
        () => clients.ssm(region, 'read').send(new GetServiceSettingCommand({ SettingId: DHMC_SETTING_ID })),
        ({ ServiceSetting }) => {
          const { SettingValue = '', SettingId = '', Status = '' } = ServiceSetting ?? {};
          // A value with a slash is a role's path and name: it is in use.
          if (SettingValue.includes('/')) return { kind: 'not-asked', why: 'the setting is in use here' };
          return { value: SettingValue, id: masked(SettingId), status: Status, keys: keysOf(ServiceSetting) };
        },
      ),
  },
  {
    id: 'setting-unknown',
    fact: 'A setting that the Region does not know answers ServiceSettingNotFound.',
    mode: 'read',
    ask: ({ clients, region }) =>
      answerOf(
        () =>
          clients
            .ssm(region, 'read')
            .send(new GetServiceSettingCommand({ SettingId: '/ssm/dhmc-conformance/no-such-setting' })),
        () => ({ answered: true }),
      ),
  },
  {
    id: 'account-states',
    fact: 'ListAccounts answers State, Paths and the spellings of states that the SDK has.',
    mode: 'read',
    ask: ({ clients }) =>
      answerOf(
        () => clients.organizations().send(new ListAccountsCommand({})),
        ({ Accounts = [] }) => ({
          keys: [...new Set(Accounts.flatMap(keysOf))].sort(),
          otherStates: others(
            Accounts.map(({ State }) => State),
            ACCOUNT_STATES,
          ),
        }),
      ),
  },
  {
    id: 'region-states',
    fact: 'ListRegions knows five states of a Region.',
    mode: 'read',
    ask: ({ clients }) =>
      answerOf(
        () => clients.account().send(new ListRegionsCommand({ MaxResults: 50 })),
        ({ Regions = [] }) => ({
          keys: [...new Set(Regions.flatMap(keysOf))].sort(),
          otherStates: others(
            Regions.map(({ RegionOptStatus }) => RegionOptStatus),
            REGION_STATES,
          ),
        }),
      ),
  },
  {
    id: 'endpoint-services',
    fact: 'DescribeVpcEndpointServices says whether a Region has ssm, ssmmessages and ec2messages.',
    mode: 'read',
    ask: ({ clients, region }) =>
      answerOf(
        () =>
          clients.ec2(region, 'read').send(
            new DescribeVpcEndpointServicesCommand({
              Filters: [{ Name: 'service-name', Values: [`*.${region}.ssm*`, `*.${region}.ec2messages`] }],
            }),
          ),
        ({ ServiceNames = [] }) => {
          const names = ServiceNames.map((name) => name.split('.').at(-1) ?? '');
          const has = (name: string) => names.includes(name);
          return {
            kind: 'answer',
            shape: { ssm: has('ssm'), ssmmessages: has('ssmmessages') },
            seen: { ec2messages: has('ec2messages') },
          };
        },
      ),
  },
  {
    id: 'endpoint-missing',
    fact: 'DescribeVpcEndpoints answers InvalidVpcEndpointId.NotFound for an id that does not exist.',
    mode: 'read',
    ask: ({ clients, region }) =>
      answerOf(
        () =>
          clients
            .ec2(region, 'read')
            .send(new DescribeVpcEndpointsCommand({ VpcEndpointIds: ['vpce-00000000000000000'] })),
        () => ({ answered: true }),
      ),
  },
  {
    id: 'nodes-page-size',
    fact: 'DescribeInstanceInformation refuses pages of fewer than five.',
    mode: 'read',
    ask: ({ clients, region }) =>
      answerOf(
        () => clients.ssm(region, 'read').send(new DescribeInstanceInformationCommand({ MaxResults: 4 })),
        () => ({ answered: true }),
      ),
  },
  {
    id: 'nodes-unknown-id',
    fact: 'DescribeInstanceInformation fails as a whole on an unknown id in a filter.',
    mode: 'read',
    ask: ({ clients, region }) =>
      answerOf(
        () =>
          clients.ssm(region, 'read').send(
            new DescribeInstanceInformationCommand({
              Filters: [{ Key: 'InstanceIds', Values: ['i-00000000000000000'] }],
            }),
          ),
        ({ InstanceInformationList = [] }) => ({ nodes: InstanceInformationList.length }),
      ),
  },
  {
    id: 'role-missing',
    fact: 'GetRole answers NoSuchEntityException for a role that does not exist.',
    mode: 'read',
    ask: ({ clients, suffix }) =>
      answerOf(
        () =>
          clients.iam('read').send(new GetRoleCommand({ RoleName: `dhmc-conformance-${suffix}-missing` })),
        () => ({ answered: true }),
      ),
  },
  {
    id: 'assume-missing-role',
    fact: 'AssumeRole of a role that does not exist is denied, as one that does not trust the caller.',
    mode: 'read',
    ask: async ({ clients, region, partition, accountId, suffix }) => {
      const RoleArn = `arn:${partition}:iam::${accountId}:role/dhmc-conformance-${suffix}-missing`;
      const answer = await answerOf(
        () =>
          clients.sts(region).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'dhmc-conformance' })),
        () => ({ answered: true }),
      );
      // Here the denial is the answer.
      return answer.kind === 'not-asked'
        ? { kind: 'answer', shape: { denied: true }, seen: { text: answer.why } }
        : answer;
    },
  },
];
