/** accounts/<accountId>.json (docs/spec/twin.md, "accounts/ACCOUNT.json"). */
import { z } from 'zod';
import {
  accountId,
  count,
  flag,
  list,
  piece,
  policyDocument,
  regionName,
  tags,
  text,
  time,
} from './fields.ts';
import { ec2 } from './schema-ec2.ts';
import { formatVersion } from './schema-organization.ts';

const inlinePolicies = list(z.looseObject({ PolicyName: text, PolicyDocument: policyDocument }));
const attachedPolicies = list(z.looseObject({ PolicyName: text, PolicyArn: text }));

/** As iam get-account-authorization-details. */
const iam = z.looseObject({
  UserDetailList: list(
    z.looseObject({
      UserName: text,
      Arn: text,
      UserPolicyList: inlinePolicies,
      GroupList: list(text),
      AttachedManagedPolicies: attachedPolicies,
    }),
  ),
  GroupDetailList: list(
    z.looseObject({
      GroupName: text,
      Arn: text,
      GroupPolicyList: inlinePolicies,
      AttachedManagedPolicies: attachedPolicies,
    }),
  ),
  RoleDetailList: list(
    z.looseObject({
      Path: text,
      RoleName: text,
      RoleId: text,
      Arn: text,
      CreateDate: time,
      AssumeRolePolicyDocument: policyDocument,
      InstanceProfileList: list(
        z.looseObject({ InstanceProfileName: text, Arn: text, CreateDate: time.optional() }),
      ),
      RolePolicyList: inlinePolicies,
      AttachedManagedPolicies: attachedPolicies,
      PermissionsBoundary: z.looseObject({ PermissionsBoundaryArn: text }).optional(),
      Tags: tags.optional(),
    }),
  ),
  Policies: list(
    z.looseObject({
      PolicyName: text,
      Arn: text,
      DefaultVersionId: text,
      CreateDate: time.optional(),
      UpdateDate: time.optional(),
      PolicyVersionList: z.array(
        z.looseObject({
          VersionId: text,
          IsDefaultVersion: flag.optional(),
          CreateDate: time.optional(),
          Document: policyDocument,
        }),
      ),
    }),
  ),
});

const ssm = z.looseObject({
  ServiceSettings: list(
    z.looseObject({
      SettingId: text,
      SettingValue: text,
      LastModifiedDate: time.optional(),
      LastModifiedUser: text.optional(),
      ARN: text.optional(),
      Status: text.optional(),
    }),
  ),
  /** Ids of settings that the Region does not know: GetServiceSetting answers ServiceSettingNotFound. */
  ServiceSettingsUnsupported: list(text),
  InstanceInformationList: list(
    z.looseObject({ InstanceId: text, PingStatus: text.optional(), LastPingDateTime: time.optional() }),
  ),
  Associations: list(piece),
  Activations: list(piece),
  Documents: list(z.looseObject({ Name: text, CreatedDate: time.optional() })),
});

const hostedZone = z.looseObject({
  Id: text,
  Name: text,
  VPCs: list(z.looseObject({ VPCRegion: text, VPCId: text })),
  ResourceRecordSets: list(z.looseObject({ Name: text, Type: text })),
});

const region = z.looseObject({
  RegionOptStatus: z.enum(['ENABLED', 'ENABLING', 'DISABLING', 'DISABLED', 'ENABLED_BY_DEFAULT']),
  Ssm: ssm.optional(),
  Ec2: ec2.optional(),
  Route53Resolver: z
    .looseObject({
      ResolverEndpoints: list(piece),
      ResolverRules: list(piece),
      ResolverRuleAssociations: list(piece),
    })
    .optional(),
  Route53Profiles: z
    .looseObject({
      /** As list-profiles, with what the owner alone is shown; a Profile may be known by its associations alone. */
      Profiles: list(
        z.looseObject({
          Id: text,
          Arn: text,
          Name: text,
          CreationTime: time.optional(),
          Tags: tags.optional(),
        }),
      ),
      ProfileAssociations: list(
        z.looseObject({
          ProfileId: text,
          ResourceId: text,
          Priority: count.optional(),
          Status: text.optional(),
        }),
      ),
      ProfileResourceAssociations: list(
        z.looseObject({ ProfileId: text, ResourceArn: text, Status: text.optional() }),
      ),
    })
    .optional(),
  /** By VPC: HostedZoneSummaries of list-hosted-zones-by-vpc, of zones of other accounts. */
  HostedZonesByVPC: z
    .record(
      text,
      z.array(
        z.looseObject({
          HostedZoneId: text,
          Name: text,
          Owner: z.looseObject({ OwningAccount: accountId.optional() }),
        }),
      ),
    )
    .optional(),
  /** As ram get-resource-shares; `resourceArns` and `principals` are an extension. */
  Ram: z
    .looseObject({
      ResourceShares: list(
        z.looseObject({
          resourceShareArn: text,
          name: text,
          status: text,
          creationTime: time.optional(),
          lastUpdatedTime: time.optional(),
          resourceArns: z.array(text).optional(),
          principals: z.array(text).optional(),
        }),
      ),
    })
    .optional(),
  /** As lambda get-account-settings; left out: not known. */
  Lambda: z
    .looseObject({ AccountLimit: z.looseObject({ UnreservedConcurrentExecutions: count.optional() }) })
    .optional(),
  Agents: z
    .record(
      text,
      z.looseObject({
        Installed: flag.optional(),
        Version: text.optional(),
        UseDualStackEndpoint: flag.optional(),
        Reaches: list(text),
      }),
    )
    .optional(),
});

export const accountFile = z.looseObject({
  FormatVersion: formatVersion,
  AccountId: accountId,
  Iam: iam.optional(),
  Route53: z.looseObject({ HostedZones: list(hostedZone) }).optional(),
  /** As get-alternate-contact shows each; left out: not known. */
  AlternateContacts: z
    .array(z.looseObject({ AlternateContactType: z.enum(['BILLING', 'OPERATIONS', 'SECURITY']) }))
    .optional(),
  /** As describe-trails, each with Status and selectors; left out: not known. */
  CloudTrail: z
    .looseObject({
      trailList: z.array(
        z.looseObject({
          Name: text,
          TrailARN: text,
          HomeRegion: regionName,
          IsMultiRegionTrail: flag.optional(),
          IsOrganizationTrail: flag.optional(),
          Status: z.looseObject({ IsLogging: flag }),
          EventSelectors: list(piece),
          AdvancedEventSelectors: list(piece),
        }),
      ),
    })
    .optional(),
  /** What `dhmc snapshot` could not read there. */
  Unread: list(
    z.looseObject({ region: regionName.nullable().optional(), api: text, kind: text, code: text }),
  ),
  Regions: z.record(regionName, region).optional(),
});
