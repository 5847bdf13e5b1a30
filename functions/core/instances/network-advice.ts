/**
 * Advice on the path to Systems Manager, reason by reason. What to do about a VPC as a whole, with prices, is
 * `dhmc explain ACCOUNT REGION vpc-...`; these are the commands for those who repair it by hand.
 *
 * Sources: the AWS CLI's reference of each command; user guide, setup-create-vpc ("The security group attached to
 * the VPC endpoint must allow incoming connections on port 443 from the private subnet of the managed instance").
 */
import { REASONS, type ReasonCode } from '../reasons.ts';
import type { AdviceContext } from './advice-context.ts';
import { CREDENTIALS_ARE_SHARED } from './credentials-advice.ts';
import { dnsRemedies } from './dns-remedies.ts';
import type { InstanceDetail } from './facts.ts';
import { type Advice, type AdviceStep, quoted } from './pasteable.ts';

interface Explained {
  steps: AdviceStep[];
  cautions: string[];
}

type Adviser = (instance: InstanceDetail, context: AdviceContext) => Explained;

/** `fallback`: the reason that a verdict without one stands for. */
export function networkAdvice(
  summary: string,
  instance: InstanceDetail,
  context: AdviceContext,
  fallback?: ReasonCode,
): Advice {
  const own = context.reasons.filter((code) => ADVISERS[code] || !UNRELATED.has(code));
  const codes: ReasonCode[] = own.length === 0 && fallback ? [fallback] : own;
  const advised = codes.map(
    (code) =>
      ADVISERS[code]?.(instance, context) ?? {
        steps: [{ title: `${code}: ${REASONS[code].remedy}`, commands: [] }],
        cautions: [],
      },
  );
  return {
    // Of NO_PATH_TO_SSM the summary has said it already.
    summary: codes[0] && codes[0] !== 'NO_PATH_TO_SSM' ? `${summary} ${REASONS[codes[0]].meaning}` : summary,
    steps: [...advised.flatMap(({ steps }) => steps), tryIt(instance, context)],
    cautions: [...new Set([...advised.flatMap(({ cautions }) => cautions), CREDENTIALS_ARE_SHARED])],
  };
}

/** Reasons of role and setting, which no egress of a VPC resolves. */
const UNRELATED: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'DHMC_ROLE_MISSING',
  'DHMC_ROLE_POLICY_MISSING',
  'DHMC_ROLE_PRIVILEGED',
  'DHMC_ROLE_PROPAGATING',
  'DHMC_ROLE_TRUST_WRONG',
  'SETTING_CONTESTED',
  'SETTING_FOREIGN_ROLE_UNFIT',
  'SETTING_NOT_SET',
]);

/** An answer of any HTTP status proves the way; the agent's own check shows the rest. */
function tryIt({ platform }: InstanceDetail, { region, partition }: AdviceContext): AdviceStep {
  const url = (name: string) => `https://${name}.${region}.${suffixOf(partition)}/`;
  const names = ['ssm', 'ssmmessages'];
  return {
    title: 'On the instance: see whether the names answer (any HTTP status means that they do)',
    commands:
      platform === 'windows'
        ? names.map((name) => `Test-NetConnection ${new URL(url(name)).hostname} -Port 443`)
        : names.map(
            (name) => `curl -sS -m 10 -o /dev/null -w '%{http_code} %{remote_ip}\\n' ${quoted(url(name))}`,
          ),
  };
}

export function suffixOf(partition: string): string {
  return partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
}

const at = ({ region }: AdviceContext) => `--region ${quoted(region)}`;

/** In China the prefix differs by service, so there AWS is asked (DescribeVpcEndpointServices). */
function serviceName(name: string, context: AdviceContext): string {
  const { region, partition } = context;
  if (partition !== 'aws-cn') return quoted(`com.amazonaws.${region}.${name}`);
  const query = quoted(`ServiceNames[?ends_with(@, '.${region}.${name}')] | [0]`);
  return `"$(aws ec2 describe-vpc-endpoint-services ${at(context)} --query ${query} --output text)"`;
}

/** Interface endpoints of Systems Manager in the VPC; names differ by partition, hence the wildcard. */
function endpointsOf({ vpcId }: InstanceDetail, context: AdviceContext, query: string): string {
  const names = ['ssm', 'ssmmessages'].map((name) => `*.${context.region}.${name}`).join(',');
  return `aws ec2 describe-vpc-endpoints ${at(context)} --filters ${quoted(`Name=vpc-id,Values=${vpcId}`)} ${quoted(`Name=service-name,Values=${names}`)} --query ${quoted(query)} --output text`;
}

const ADVISERS: Partial<Record<ReasonCode, Adviser>> = {
  INSTANCE_SG_BLOCKS_443: (instance, context) => {
    const ranges = (context.destinations ?? ['0.0.0.0/0']).map((cidr) => `{CidrIp=${cidr}}`).join(',');
    const permission = quoted(`IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[${ranges}]`);
    const [group = 'sg-'] = instance.groupIds;
    return {
      steps: [
        {
          title: `Allow outbound TCP 443 in a security group of the instance (one of ${instance.groupIds.join(', ')} is enough)`,
          commands: [
            `aws ec2 authorize-security-group-egress ${at(context)} --group-id ${quoted(group)} --ip-permissions ${permission}`,
          ],
        },
      ],
      cautions: [
        context.destinations
          ? 'The rule holds for everything else in that security group as well.'
          : 'The rule lets everything in that security group reach any address on 443; where endpoints are used, give their addresses instead.',
      ],
    };
  },

  ENDPOINT_SG_BLOCKS_443: (instance, context) => {
    const [group = 'sg-'] = instance.groupIds;
    const permission = quoted(`IpProtocol=tcp,FromPort=443,ToPort=443,UserIdGroupPairs=[{GroupId=${group}}]`);
    return {
      steps: [
        {
          title: 'Admit TCP 443 from the instance at the endpoints',
          commands: [
            `for group in $(${endpointsOf(instance, context, 'VpcEndpoints[].Groups[].GroupId')} | tr '\\t' '\\n' | sort -u); do aws ec2 authorize-security-group-ingress ${at(context)} --group-id "$group" --ip-permissions ${permission}; done`,
          ],
        },
      ],
      cautions: [
        'The loop adds the rule to every security group of both endpoints; one a piece would do. A rule that is there already answers InvalidPermission.Duplicate, which is harmless.',
      ],
    };
  },

  ENDPOINT_PRIVATE_DNS_OFF: (instance, context) => ({
    steps: [
      {
        title: 'Turn private DNS of the endpoints on',
        commands: [
          `for endpoint in $(${endpointsOf(instance, context, 'VpcEndpoints[].VpcEndpointId')}); do aws ec2 modify-vpc-endpoint ${at(context)} --vpc-endpoint-id "$endpoint" --private-dns-enabled; done`,
        ],
      },
    ],
    cautions: [
      'Private DNS moves the Systems Manager traffic of the whole VPC to the endpoints; policies on source addresses would break.',
    ],
  }),

  ENDPOINT_POLICY_DENIES: (instance, context) => ({
    steps: [
      {
        title: 'Read the policies of the endpoints, and allow the calls of the agent there',
        commands: [endpointsOf(instance, context, 'VpcEndpoints[].[VpcEndpointId,PolicyDocument]')],
      },
    ],
    cautions: [
      'With DHMC the principal is a session of the DHMC role: a policy that names profile roles shuts it out.',
    ],
  }),

  NACL_BLOCKS_443: (instance, context) => {
    const { platform } = instance;
    const ports = platform === 'windows' ? 'From=49152,To=65535' : 'From=32768,To=65535';
    const entry = `aws ec2 create-network-acl-entry ${at(context)} --network-acl-id "$acl" --rule-number "$rule" --protocol tcp --rule-action allow --cidr-block 0.0.0.0/0`;
    return {
      steps: [
        {
          title:
            'Look at the network ACL of the subnet, and choose a free rule number below the rule that denies',
          commands: [
            `aws ec2 describe-network-acls ${at(context)} --filters ${quoted(`Name=association.subnet-id,Values=${instance.subnetId}`)}`,
          ],
        },
        {
          title: 'Allow 443 out and the answers in (rule=90 stands for the number chosen)',
          commands: [
            `rule=90; acl=$(aws ec2 describe-network-acls ${at(context)} --filters ${quoted(`Name=association.subnet-id,Values=${instance.subnetId}`)} --query ${quoted('NetworkAcls[0].NetworkAclId')} --output text)`,
            `${entry} --egress --port-range From=443,To=443`,
            `${entry} --ingress --port-range ${ports}`,
          ],
        },
      ],
      cautions: [
        'A network ACL is for the whole subnet, and its rules have no memory: the subnet of the endpoint or NAT gateway needs the reverse.',
      ],
    };
  },

  NO_PATH_TO_SSM: (instance, context) => ({
    steps: [
      {
        title: 'Compare the options and their prices; with endpoints: provision, enforce creates endpoints',
        commands: context.accountId
          ? [`dhmc explain ${quoted(context.accountId)} ${quoted(context.region)} ${quoted(instance.vpcId)}`]
          : [],
      },
      {
        title: `Or make endpoints by hand; group= a security group of ${instance.vpcId} that admits 443 from the instance`,
        commands: [
          'group=sg-...',
          ...['ssm', 'ssmmessages'].map(
            (name) =>
              `aws ec2 create-vpc-endpoint ${at(context)} --vpc-id ${quoted(instance.vpcId)} --vpc-endpoint-type Interface --private-dns-enabled --subnet-ids ${quoted(instance.subnetId)} --security-group-ids "$group" --service-name ${serviceName(name, context)}`,
          ),
        ],
      },
    ],
    cautions: [
      'Each endpoint costs by the hour and zone, and its private DNS moves the Systems Manager traffic of the whole VPC.',
    ],
  }),

  VPC_DNS_DISABLED: ({ vpcId }, context) => ({
    steps: [
      {
        title: 'Turn both DNS attributes of the VPC on',
        commands: ['--enable-dns-support', '--enable-dns-hostnames'].map(
          (flag) =>
            `aws ec2 modify-vpc-attribute ${at(context)} --vpc-id ${quoted(vpcId)} ${flag} '{"Value":true}'`,
        ),
      },
    ],
    cautions: ['This also wakes dormant private hosted zones of the VPC.'],
  }),

  DNS_CUSTOM: dnsRemedies,
};
