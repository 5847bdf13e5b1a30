/**
 * Probes that write, in one Region, on roles that they make and remove again, and on the service setting, which must
 * be unset before and is unset after. They run in this order: each begins where the one before it ended.
 */
import { CreateVpcEndpointCommand } from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  DeregisterDefaultHostManagementConfigurationCommand,
  GetServiceSettingCommand,
  RegisterDefaultHostManagementConfigurationCommand,
  ResetServiceSettingCommand,
  UpdateServiceSettingCommand,
} from '@aws-sdk/client-ssm';
import type { Answer } from '../../core/conformance.ts';
import { awsManagedPolicyArn, iamRoleArn } from '../../core/partition.ts';
import { DHMC_POLICY_NAME } from '../../core/role.ts';
import { DHMC_SETTING_ID, isUnset } from '../../core/setting.ts';
import { SSM_SERVICE_PRINCIPAL } from '../../core/trust-policy.ts';
import { answerOf, errorOf, type Probe, type ProbeTools } from './probe.ts';

const PATH = '/dhmc-conformance/';
const CONFORMANCE_TAG = 'dhmc-rollout:conformance';
/** A new role is expected to work within this time (docs/spec/aws-facts.md, "Default Host Management Configuration"). */
const FRESH_SECONDS = 120;
const EVERY_SECONDS = 3;

const roleName = ({ suffix }: ProbeTools, which: 'a' | 'b') => `dhmc-conformance-${suffix}-${which}`;
const roleArn = (tools: ProbeTools, which: 'a' | 'b') =>
  iamRoleArn(tools.partition, tools.accountId, PATH, roleName(tools, which));

async function createRole(tools: ProbeTools, which: 'a' | 'b'): Promise<void> {
  const { clients, partition } = tools;
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: SSM_SERVICE_PRINCIPAL }, Action: 'sts:AssumeRole' }],
  });
  await clients.iam('write').send(
    new CreateRoleCommand({
      RoleName: roleName(tools, which),
      Path: PATH,
      AssumeRolePolicyDocument,
      Description: 'Made by dhmc conformance, and removed by it',
      Tags: [{ Key: CONFORMANCE_TAG, Value: 'true' }],
    }),
  );
  await clients.iam('write').send(
    new AttachRolePolicyCommand({
      RoleName: roleName(tools, which),
      PolicyArn: awsManagedPolicyArn(partition, DHMC_POLICY_NAME),
    }),
  );
}

async function readValue({ clients, region }: ProbeTools): Promise<string> {
  const { ServiceSetting } = await clients
    .ssm(region, 'read')
    .send(new GetServiceSettingCommand({ SettingId: DHMC_SETTING_ID }));
  return ServiceSetting?.SettingValue ?? '';
}

/** The form of the value, without the name: `path/name`, an ARN, or unset. */
async function formOfValue(tools: ProbeTools, which: 'a' | 'b'): Promise<string> {
  const value = await readValue(tools);
  if (value === `${PATH.slice(1)}${roleName(tools, which)}`) return 'path/name';
  if (value === roleName(tools, which)) return 'name';
  if (value === roleArn(tools, which)) return 'ARN';
  return value.includes('conformance') ? 'another form of the role' : value;
}

/** Whether the service would take over a setting of others: then the probes that write must not run. */
export async function isSettingInUse(tools: ProbeTools): Promise<boolean> {
  return !isUnset(await readValue(tools));
}

/** Sets the fresh role until it is taken. */
async function setFreshRole(tools: ProbeTools): Promise<Answer> {
  await createRole(tools, 'a');
  const SettingValue = `${PATH.slice(1)}${roleName(tools, 'a')}`;
  const set = () =>
    tools.clients
      .ssm(tools.region, 'write')
      .send(new UpdateServiceSettingCommand({ SettingId: DHMC_SETTING_ID, SettingValue }));
  const refusals = new Set<string>();
  let text = '';
  for (let waited = 0; waited <= FRESH_SECONDS; waited += EVERY_SECONDS) {
    try {
      await set();
      return {
        kind: 'answer',
        shape: { refusals: [...refusals].sort() },
        seen: { secondsUntilTaken: waited, ...(text === '' ? {} : { text }) },
      };
    } catch (error) {
      const { code, message } = errorOf(error);
      refusals.add(code);
      text = message;
    }
    await tools.wait(EVERY_SECONDS);
  }
  return { kind: 'error', code: [...refusals].join(' '), message: text };
}

export const WRITE_PROBES: readonly Probe[] = [
  {
    id: 'fresh-role',
    fact: 'A role that was just made is refused with a ValidationException for some seconds.',
    mode: 'write',
    ask: setFreshRole,
  },
  {
    id: 'setting-value',
    fact: 'The setting reads as the role that was set, its path and name without a leading slash.',
    mode: 'write',
    ask: (tools) =>
      answerOf(
        () => formOfValue(tools, 'a'),
        (form) => ({ form }),
      ),
  },
  {
    id: 'reset',
    fact: 'ResetServiceSetting leaves the setting as it was before it was ever set.',
    mode: 'write',
    ask: (tools) =>
      answerOf(
        async () => {
          await tools.clients
            .ssm(tools.region, 'write')
            .send(new ResetServiceSettingCommand({ SettingId: DHMC_SETTING_ID }));
          return readValue(tools);
        },
        (value) => ({ value }),
      ),
  },
  {
    id: 'register',
    fact: 'After RegisterDefaultHostManagementConfiguration, GetServiceSetting names the role.',
    mode: 'write',
    ask: (tools) =>
      answerOf(
        async () => {
          await register(tools, 'a');
          return formOfValue(tools, 'a');
        },
        (form) => ({ form }),
      ),
  },
  {
    id: 'register-another',
    fact: 'Overwrite=false refuses to replace another role; how is not modeled.',
    mode: 'write',
    ask: async (tools) => {
      await createRole(tools, 'b');
      await tools.wait(FRESH_SECONDS / 2);
      return answerOf(
        () => register(tools, 'b'),
        () => ({ answered: true }),
      );
    },
  },
  {
    id: 'deregister',
    fact: 'DeregisterDefaultHostManagementConfiguration leaves the setting unset.',
    mode: 'write',
    ask: (tools) =>
      answerOf(
        async () => {
          const command = new DeregisterDefaultHostManagementConfigurationCommand({});
          await tools.clients.ssm(tools.region, 'write').send(command);
          return readValue(tools);
        },
        (value) => ({ value }),
      ),
  },
  {
    id: 'endpoint-without-vpc',
    fact: 'CreateVpcEndpoint answers InvalidVpcID.NotFound for a VPC that does not exist.',
    mode: 'write',
    ask: ({ clients, region, partition }) =>
      answerOf(
        () =>
          clients.ec2(region, 'write').send(
            new CreateVpcEndpointCommand({
              VpcId: 'vpc-00000000000000000',
              ServiceName: `${partition === 'aws-cn' ? 'cn.' : ''}com.amazonaws.${region}.ssm`,
              VpcEndpointType: 'Interface',
            }),
          ),
        () => ({ answered: true }),
      ),
  },
];

function register({ clients, region, ...tools }: ProbeTools, which: 'a' | 'b') {
  return clients.ssm(region, 'write').send(
    new RegisterDefaultHostManagementConfigurationCommand({
      PermissionModel: 'SELF_MANAGED',
      RoleArn: roleArn({ clients, region, ...tools }, which),
      Overwrite: false,
    }),
  );
}

/** Unsets the setting where it names one of our roles, and removes these; answers with what is left. */
export async function removeProbes(tools: ProbeTools): Promise<string[]> {
  const left: string[] = [];
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'NoSuchEntityException') left.push(what);
    }
  };
  await attempt(`setting ${tools.region}`, async () => {
    if (!(await readValue(tools)).includes(`dhmc-conformance-${tools.suffix}`)) return;
    await tools.clients
      .ssm(tools.region, 'write')
      .send(new ResetServiceSettingCommand({ SettingId: DHMC_SETTING_ID }));
  });
  for (const which of ['a', 'b'] as const) {
    const RoleName = roleName(tools, which);
    await attempt(`role ${RoleName}`, async () => {
      const PolicyArn = awsManagedPolicyArn(tools.partition, DHMC_POLICY_NAME);
      const iam = tools.clients.iam('write');
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })).catch((error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'NoSuchEntityException') throw error;
      });
      await iam.send(new DeleteRoleCommand({ RoleName }));
    });
  }
  return left;
}
