/** ModifyVpcAttribute. Source: EC2 API reference. */
import { AwsError, type Call, type Operations, type Piece } from '../../contract.ts';
import { attributesOf, find, findVpc, onResource, refuseForeign, writeOperation } from './write.ts';

const ATTRIBUTES = ['EnableDnsSupport', 'EnableDnsHostnames', 'EnableNetworkAddressUsageMetrics'] as const;

export const VPC_ATTRIBUTES: Operations = {
  ModifyVpcAttribute: writeOperation(
    ['VpcId', ...ATTRIBUTES],
    (input, call) => {
      const id = String(input.VpcId);
      const vpc = find(call, 'Vpcs', 'VpcId', id);
      return [
        onResource('ModifyVpcAttribute', 'vpc', vpc, id, call, attributesOf(input, ['VpcId', 'DryRun'])),
      ];
    },
    modify,
  ),
};

/** "You cannot modify the DNS resolution and DNS hostnames attributes in the same request." */
function modify(input: Piece, call: Call): Piece {
  const vpc = findVpc(call, input.VpcId);
  refuseForeign(vpc, call);
  const named = ATTRIBUTES.filter((name) => input[name] !== undefined);
  const [name] = named;
  if (name === undefined)
    throw new AwsError('MissingParameter', 'The request must contain one attribute to modify');
  if (named.length > 1) {
    throw new AwsError('InvalidParameterCombination', 'Fields for multiple attribute types specified');
  }
  const value: boolean = input[name].Value ?? false;
  const { Ec2 } = call.state.region(call.accountId, call.region);
  const present: Piece = Ec2.VpcAttributes?.[vpc.VpcId] ?? {};
  // "You can only enable DNS hostnames if you've enabled DNS support"; code and wording unverified
  if (name === 'EnableDnsHostnames' && value && present.EnableDnsSupport === false) {
    throw new AwsError(
      'InvalidParameterValue',
      `DNS hostnames need DNS support, which is disabled for ${vpc.VpcId}.`,
    );
  }
  set(call, vpc, name, value);
  return {};
}

/** A value at its default that the snapshot didn't name is left out again. */
function set(call: Call, vpc: Piece, name: string, value: boolean): void {
  const { accountId, region, state } = call;
  const { Ec2 } = state.region(accountId, region);
  const captured: Piece | undefined =
    state.captured.accounts.get(accountId)?.Regions[region]?.Ec2.VpcAttributes;
  const byDefault =
    name === 'EnableDnsSupport' || (name === 'EnableDnsHostnames' && (vpc.IsDefault ?? false));
  const after: Piece = { ...Ec2.VpcAttributes?.[vpc.VpcId], [name]: value };
  if (value === byDefault && captured?.[vpc.VpcId]?.[name] === undefined) delete after[name];
  const all: Piece = { ...Ec2.VpcAttributes, [vpc.VpcId]: after };
  if (Object.keys(after).length === 0 && captured?.[vpc.VpcId] === undefined) delete all[vpc.VpcId];
  if (Object.keys(all).length === 0 && captured === undefined) delete Ec2.VpcAttributes;
  else Ec2.VpcAttributes = all;
}
