/**
 * The three remedies of a fleet whose DNS is someone else's, usually a domain's: forward the names, leave by a NAT
 * gateway, or hosts files for a test (docs/spec/decisions.md, "What follows for the VPC").
 *
 * Sources: Route 53 developer guide, resolver-forwarding-inbound-queries (an inbound endpoint takes two addresses at
 * least); DnsServer module, Add-DnsServerConditionalForwarderZone; CLI reference, create-resolver-endpoint,
 * create-nat-gateway.
 */
import { alternatives, endpointPrice } from '../network/prices.ts';
import type { AdviceContext } from './advice-context.ts';
import type { InstanceDetail } from './facts.ts';
import { type AdviceStep, quoted } from './pasteable.ts';

const NAMES = ['ssm', 'ssmmessages'];

export function dnsRemedies(
  { vpcId, platform }: InstanceDetail,
  { region, partition }: AdviceContext,
): { steps: AdviceStep[]; cautions: string[] } {
  const at = `--region ${quoted(region)}`;
  const inVpc = `--filters ${quoted(`Name=vpc-id,Values=${vpcId}`)}`;
  const domain = `${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
  return {
    steps: [
      {
        title: `1. Recommended, ${priceOf('RESOLVER_FORWARDER', region)}: a Resolver inbound endpoint in two zones; group= a security group that admits port 53 from the DNS servers`,
        commands: [
          'group=sg-...',
          `aws route53resolver create-resolver-endpoint ${at} --name systems-manager --direction INBOUND --creator-request-id "$(date +%s)" --security-group-ids "$group" --ip-addresses $(aws ec2 describe-subnets ${at} ${inVpc} --query ${quoted('Subnets[].[AvailabilityZone,SubnetId]')} --output text | sort -u -k1,1 | head -n 2 | awk '{print "SubnetId=" $2}')`,
        ],
      },
      {
        title: 'Then, on the DNS servers of the domain (PowerShell), forward both names to its addresses',
        commands: NAMES.map(
          (name) =>
            `Add-DnsServerConditionalForwarderZone -Name '${name}.${domain}' -ReplicationScope Forest -MasterServers (Read-Host 'Addresses of the inbound endpoint').Split(',')`,
        ),
      },
      {
        title: `2. Or leave over the internet, ${priceOf('NAT_GATEWAY', region)}: a NAT gateway; subnet= a public subnet, table= the route table of the instance`,
        commands: [
          'subnet=subnet-...; table=rtb-...',
          `nat=$(aws ec2 create-nat-gateway ${at} --subnet-id "$subnet" --allocation-id "$(aws ec2 allocate-address ${at} --domain vpc --query AllocationId --output text)" --query NatGateway.NatGatewayId --output text) && aws ec2 wait nat-gateway-available ${at} --nat-gateway-ids "$nat"`,
          `aws ec2 create-route ${at} --route-table-id "$table" --destination-cidr-block 0.0.0.0/0 --nat-gateway-id "$nat"`,
        ],
      },
      {
        title:
          '3. Or, for a test only, at no price: find the addresses of the endpoints and write them into the hosts file',
        commands: [
          `aws ec2 describe-network-interfaces ${at} --filters ${quoted(`Name=vpc-id,Values=${vpcId}`)} Name=interface-type,Values=vpc_endpoint --query ${quoted('NetworkInterfaces[].[Description,PrivateIpAddress]')} --output text`,
          ...NAMES.map((name) =>
            platform === 'windows'
              ? `Add-Content "$env:SystemRoot\\System32\\drivers\\etc\\hosts" "$(Read-Host '${name}: address') ${name}.${domain}"`
              : `read -rp '${name}: address ' address && echo "$address ${name}.${domain}" | sudo tee -a /etc/hosts`,
          ),
        ],
      },
    ],
    cautions: [
      'The forwarder and the hosts file lead to endpoints, which the VPC needs besides; a NAT gateway needs none but opens the whole internet to the subnet.',
      'Addresses of endpoints change when they are made anew: hosts files then point nowhere.',
    ],
  };
}

function priceOf(what: 'RESOLVER_FORWARDER' | 'NAT_GATEWAY', region: string): string {
  const found = alternatives(2, 2, endpointPrice(region, {})).find((each) => each.what === what);
  return `from about $${(found?.monthlyUsd ?? 0).toFixed(2)} a month`;
}
