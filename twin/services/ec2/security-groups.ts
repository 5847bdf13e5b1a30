/** Security groups: made and deleted. Source: EC2 API reference and error codes. */
import { AwsError, type Call, type Operations, type Piece } from '../../contract.ts';
import { settleEndpoints } from './endpoint-life.ts';
import { notFound } from './not-found.ts';
import { visibleInterfaces } from './sharing.ts';
import {
  add,
  ec2Arn,
  find,
  findVpc,
  newId,
  onResource,
  remove,
  requestTags,
  tagOnCreate,
  tagsFor,
  writeOperation,
} from './write.ts';

/** "VPC security groups per Region: 2,500" (VPC quotas). */
const MOST_GROUPS = 2500;

export const SECURITY_GROUPS: Operations = {
  CreateSecurityGroup: writeOperation(
    ['Description', 'GroupName', 'VpcId', 'TagSpecifications'],
    (input, call) => {
      const tags: Piece[] = ((input.TagSpecifications ?? []) as Piece[]).flatMap(({ Tags }) => Tags ?? []);
      const vpcId = String(input.VpcId);
      const vpc = find(call, 'Vpcs', 'VpcId', vpcId);
      return [
        {
          action: 'ec2:CreateSecurityGroup',
          resource: ec2Arn(call, 'security-group', '*'),
          context: requestTags(tags),
        },
        onResource('CreateSecurityGroup', 'vpc', vpc, vpcId, call),
        ...tagOnCreate('CreateSecurityGroup', 'security-group', tags, call),
      ];
    },
    createGroup,
  ),
  DeleteSecurityGroup: writeOperation(
    ['GroupId'],
    (input, call) => [onGroup('DeleteSecurityGroup', String(input.GroupId), call)],
    deleteGroup,
  ),
};

/** A permission on a group. */
export function onGroup(action: string, id: string, call: Call) {
  const group = find(call, 'SecurityGroups', 'GroupId', id);
  return onResource(action, 'security-group', group, id, call);
}

/** Throws InvalidGroup.NotFound, MissingParameter without an id (groups by name are EC2-Classic's). */
export function findGroup(input: Piece, call: Call): Piece {
  if (input.GroupId === undefined) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter groupName or groupId');
  }
  const group = find(call, 'SecurityGroups', 'GroupId', input.GroupId);
  if (!group) throw notFound('sg')([String(input.GroupId)]);
  return group;
}

/** A participant makes its own groups in a shared VPC (VPC user guide, vpc-sharing). */
function createGroup(input: Piece, call: Call): Piece {
  const Tags = tagsFor(input, 'security-group');
  if (input.VpcId === undefined) {
    throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user. Name a VpcId.');
  }
  const vpc = findVpc(call, input.VpcId);
  checkName(input);
  const groups: Piece[] = call.state.region(call.accountId, call.region).Ec2.SecurityGroups ?? [];
  if (groups.some((group) => group.VpcId === vpc.VpcId && group.GroupName === input.GroupName)) {
    throw new AwsError(
      'InvalidGroup.Duplicate',
      `The security group '${input.GroupName}' already exists for VPC '${vpc.VpcId}'`,
    );
  }
  if (groups.length >= MOST_GROUPS) {
    throw new AwsError(
      'SecurityGroupLimitExceeded',
      `The maximum number of security groups has been reached (${MOST_GROUPS}).`,
    );
  }
  const GroupId = newId(call, 'sg');
  const SecurityGroupArn = ec2Arn(call, 'security-group', GroupId);
  add(call, 'SecurityGroups', {
    Description: input.Description,
    GroupName: input.GroupName,
    IpPermissions: [],
    OwnerId: call.accountId,
    GroupId,
    SecurityGroupArn,
    // "By default ... allows all outbound IPv4 traffic ... and, if your VPC has an IPv6 CIDR block, a rule that allows
    // all outbound IPv6 traffic" (VPC user guide, default security group rules)
    IpPermissionsEgress: [
      {
        IpProtocol: '-1',
        IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        Ipv6Ranges: hasIpv6(vpc) ? [{ CidrIpv6: '::/0' }] : [],
        PrefixListIds: [],
        UserIdGroupPairs: [],
      },
    ],
    Tags,
    VpcId: vpc.VpcId,
  });
  return { GroupId, Tags, SecurityGroupArn };
}

function hasIpv6({ Ipv6CidrBlockAssociationSet = [] }: Piece): boolean {
  return (Ipv6CidrBlockAssociationSet as Piece[]).some(
    ({ Ipv6CidrBlockState }) => (Ipv6CidrBlockState?.State ?? 'associated') === 'associated',
  );
}

/** Up to 255 characters of the documented set; "cannot start with sg-". Wording of all but `default` unverified. */
function checkName(input: Piece): void {
  const allowed = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
  const name = String(input.GroupName);
  if (name.toLowerCase() === 'default') {
    throw new AwsError('InvalidParameterValue', 'Cannot use reserved security group name: default');
  }
  if (!allowed.test(name) || name.startsWith('sg-')) {
    throw new AwsError('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid.`);
  }
  if (!allowed.test(String(input.Description))) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${input.Description}) for parameter GroupDescription is invalid. Character sets beyond ASCII are not supported.`,
    );
  }
}

function deleteGroup(input: Piece, call: Call): Piece {
  settleEndpoints(call.state, call.accountId, call.region);
  const group = findGroup(input, call);
  const { GroupId } = group;
  if (group.GroupName === 'default') {
    throw new AwsError(
      'CannotDelete',
      `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`,
    );
  }
  if (isUsed(group, call))
    throw new AwsError('DependencyViolation', `resource ${GroupId} has a dependent object`);
  remove(call.state, call.accountId, call.region, 'SecurityGroups', new Set([group]));
  return { Return: true, GroupId };
}

/** By an interface, or by a rule of another group. */
function isUsed(group: Piece, call: Call): boolean {
  const { Ec2 } = call.state.region(call.accountId, call.region);
  const holds = (piece: Piece) =>
    ((piece.Groups ?? piece.SecurityGroups ?? []) as Piece[]).some(
      ({ GroupId }) => GroupId === group.GroupId,
    );
  if (visibleInterfaces(call).some(holds)) return true;
  if (((Ec2.Instances ?? []) as Piece[]).some((each) => each.State?.Name !== 'terminated' && holds(each)))
    return true;
  if (((Ec2.VpcEndpoints ?? []) as Piece[]).some(holds)) return true;
  return ((Ec2.SecurityGroups ?? []) as Piece[]).some(
    (other) =>
      other !== group &&
      ([...(other.IpPermissions ?? []), ...(other.IpPermissionsEgress ?? [])] as Piece[]).some((permission) =>
        ((permission.UserIdGroupPairs ?? []) as Piece[]).some(({ GroupId }) => GroupId === group.GroupId),
      ),
  );
}
