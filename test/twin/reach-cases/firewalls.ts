/** Endpoints with their groups, policies and network ACLs, and firewalls on the way to the internet. */
import { ACCOUNT, endpoint } from '../networks.ts';
import { allow443, type Case, NAT, toInternet } from './base.ts';

export const ENDPOINTS: Case[] = [
  ['an endpoint', 'reaches', (net) => endpoint(net)],
  [
    'an endpoint that is pending',
    'blocked',
    (net) => {
      endpoint(net).State = 'pending';
    },
  ],
  [
    'an endpoint spelled Available',
    'reaches',
    (net) => {
      endpoint(net).State = 'Available';
    },
  ],
  [
    'an endpoint without private DNS',
    'blocked',
    (net) => {
      endpoint(net).PrivateDnsEnabled = false;
    },
  ],
  [
    'an endpoint, DNS host names off',
    'blocked',
    (net) => {
      endpoint(net);
      net.ec2.VpcAttributes['vpc-1'].EnableDnsHostnames = false;
    },
  ],
  [
    'a NAT gateway, DNS support off',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.ec2.VpcAttributes['vpc-1'].EnableDnsSupport = false;
    },
  ],
  [
    'an endpoint whose group admits nothing, beside a NAT gateway',
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [];
      toInternet(net, NAT);
    },
  ],
  [
    "an endpoint whose group admits the instance's address",
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = allow443('10.1.0.10/32');
    },
  ],
  [
    'an endpoint whose group admits another address',
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = allow443('10.1.0.11/32');
    },
  ],
  [
    "an endpoint whose group admits the instance's group",
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [
        { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: 'sg-instance' }] },
      ];
    },
  ],
  [
    'an endpoint whose group admits a prefix list',
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [
        { IpProtocol: 'tcp', FromPort: 0, ToPort: 65535, PrefixListIds: [{ PrefixListId: 'pl-1' }] },
      ];
      net.ec2.ManagedPrefixLists = [{ PrefixListId: 'pl-1', Entries: [{ Cidr: '10.1.0.0/24' }] }];
    },
  ],
  [
    'an endpoint whose group admits port 80',
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-endpoint').IpPermissions = [
        { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
      ];
    },
  ],
  [
    "an endpoint, the instance's group closed",
    'blocked',
    (net) => {
      endpoint(net);
      net.group('sg-instance').IpPermissionsEgress = [];
    },
  ],
  [
    "an endpoint, the instance's group open to its group",
    'reaches',
    (net) => {
      endpoint(net);
      net.group('sg-instance').IpPermissionsEgress = [
        { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: 'sg-endpoint' }] },
      ];
    },
  ],
  [
    'an endpoint whose policy denies',
    'blocked',
    (net) => {
      endpoint(net).PolicyDocument = JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ssm:GetParameter', Resource: '*' }],
      });
    },
  ],
  [
    'an endpoint whose policy admits the account',
    'reaches',
    (net) => {
      endpoint(net).PolicyDocument = JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Principal: '*',
            Action: 'ssm:*',
            Resource: '*',
            Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } },
          },
        ],
      });
    },
  ],
  [
    'an endpoint in another subnet whose network ACL is closed',
    'blocked',
    (net) => {
      endpoint(net).SubnetIds = ['subnet-c'];
      net.closeAcl('subnet-c', false, { From: 443, To: 443 });
    },
  ],
  [
    'endpoints in two subnets, one closed',
    'reaches',
    (net) => {
      endpoint(net).SubnetIds = ['subnet-c', 'subnet-a'];
      net.closeAcl('subnet-c', false, { From: 443, To: 443 });
    },
  ],
  [
    'an endpoint in its own subnet whose network ACL is closed',
    'reaches',
    (net) => {
      endpoint(net);
      net.closeAcl('subnet-a', false);
    },
  ],
];

export const FIREWALLS: Case[] = [
  [
    "NAT, the instance's group closed",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = [];
    },
  ],
  [
    "NAT, the instance's group open to private addresses",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = allow443('10.0.0.0/8');
    },
  ],
  [
    "NAT, the instance's group open to some public addresses",
    'unknown',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = allow443('52.0.0.0/8');
    },
  ],
  [
    "NAT, the instance's group open in halves",
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.group('sg-instance').IpPermissionsEgress = [...allow443('0.0.0.0/1'), ...allow443('128.0.0.0/1')];
    },
  ],
  [
    'NAT, the network ACL lets no 443 out',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', true, { From: 443, To: 443 });
    },
  ],
  [
    'NAT, the network ACL lets no ephemeral ports in',
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', false, { From: 40000, To: 41000 });
    },
  ],
  [
    'NAT, the network ACL denies low ports in',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', false, { From: 0, To: 32767 });
    },
  ],
  [
    "NAT, its subnet's network ACL lets nothing below 32768 in",
    'blocked',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-nat', false, { From: 1024, To: 32767 });
    },
  ],
  [
    'a later rule of a network ACL',
    'reaches',
    (net) => {
      toInternet(net, NAT);
      net.closeAcl('subnet-a', true, { From: 443, To: 443 }, 200);
    },
  ],
];
