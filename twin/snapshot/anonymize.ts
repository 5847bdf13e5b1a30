/**
 * A snapshot that can be shared, and rehearses to the same verdicts. Every text is replaced word by word,
 * unless it is AWS's own vocabulary: what is not known to be harmless does not stay. Words are replaced one by
 * one, so that `app-*` in a policy still matches the role `app-web`.
 */
import type { Piece, Snapshot } from '../contract.ts';
import { copySnapshot } from './defaults.ts';
import { ACCOUNT_ID, Pseudonyms, RESOURCE_ID } from './pseudonyms.ts';

/** `salt` is the secret: who has it can find out which pseudonym belongs to a guessed name. */
export function anonymizeSnapshot(snapshot: Snapshot, salt: string): Snapshot {
  const { organization, accounts } = copySnapshot(snapshot);
  const text = [organization, ...accounts.values()].map((file) => JSON.stringify(file)).join('\n');
  const rewriting = new Rewriting(new Pseudonyms(salt, text), organization);
  const files = [...accounts.values()].map((account) => {
    // What was denied stays unknown; AWS's words about it hold names.
    for (const one of (account.Unread ?? []) as Piece[]) Reflect.deleteProperty(one, 'message');
    rewriting.rewrite(account);
    return [account.AccountId, account] as const;
  });
  rewriting.rewrite(organization);
  return { organization, accounts: new Map(files.sort(([a], [b]) => a.localeCompare(b))) };
}

/** Members whose values are AWS's own words. */
const VOCABULARY: ReadonlySet<string> = new Set(
  `Action NotAction Effect Version VersionId DefaultVersionId State Status Type FeatureSet JoinedMethod
  RegionOptStatus PingStatus PlatformType PlatformName PlatformVersion AgentVersion ResourceType SourceType
  AssociationStatus SettingId ServiceSettingsUnsupported Protocol IpProtocol RuleAction Origin ConnectivityType
  AvailabilityMode InterfaceType InstanceTenancy Tenancy InstanceType Architecture PlatformDetails Platform
  VirtualizationType Hypervisor RootDeviceType HttpTokens HttpEndpoint HttpProtocolIpv6 InstanceMetadataTags
  InternetGatewayBlockMode InternetGatewayExclusionMode ManagedBy ExclusionsAllowed VpcEndpointType IpAddressType
  AddressFamily DnsRecordIpType PrivateDnsNameVerificationState ServiceType Direction RuleType ProtocolType Reaches Lifecycle
  BootMode UsageOperation DomainType InstanceState ShareStatus status featureSet associationType api kind code`
    .split(/\s+/)
    .filter(Boolean),
);

/** Names that AWS or this service gives, and words that are values of AWS's. */
const OWN_NAMES = [
  'DhmcRollout(?:Reader|Writer|EnforceReconcile|AssessReconcile)',
  'AWSSystemsManagerDefaultEC2InstanceManagementRole',
  // how policies name our roles and AWS's: `role/Dhmc*`
  '(?:Dhmc|AWS)\\w*(?=\\*)',
  // the setting's value where it is unset
  '\\$None',
  'AWSServiceRoleFor\\w+',
  'AWS-QuickSetup-[\\w-]+',
  'SSM-SessionManagerRunShell',
  'AWS-[A-Z]\\w+',
  'dhmc-rollout(?:-endpoints|:managed|:change)?',
  'aws-service-role|service-role',
  // kinds of policies in ARNs of Organizations
  '(?:service_control|resource_control|declarative|tag|backup|chatbot|aiservices_opt_out)_policy(?:_ec2)?',
  // the first part of a zone's id, `/hostedzone/Z...`
  'hostedzone',
  'AWS|aws|amazon-aws|amazon-elb|AmazonProvidedDNS|amazon|FullAWSAccess|default|local|root|Root|Name|System|ignore|true|false',
  'rslvr-autodefined-[\\w-]+',
  'Z2[0-9A-Z]{3}AWS',
].join('|');

const REGION = '[a-z]{2,4}(?:-[a-z]+)+-\\d';

/** Tried in this order at each place of a text. */
const TOKENS = new RegExp(
  [
    '(?<kept>\\$\\{[^}]*\\}',
    `(?<![\\w-])(?:${OWN_NAMES})(?![\\w-])`,
    `(?<![\\w.-])com\\.amazonaws\\.${REGION}\\.[a-z0-9.-]+`,
    `(?<![\\w.-])(?:[a-z0-9-]+\\.){0,2}(?:${REGION}\\.)?amazonaws\\.com(?:\\.cn)?(?![\\w])`,
    `(?<![\\w-])${REGION}[a-z]?(?![\\w-])`,
    '(?<![\\w-])[a-z]{3,4}\\d-az\\d(?![\\w-]))',
    '(?<address>(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\d.]))',
    '(?<=\\bip-)(?<dashed>\\d{1,3}(?:-\\d{1,3}){3})(?!\\d)',
    `(?<resource>${RESOURCE_ID.source.replace(/\((?!\?)/g, '(?:')})`,
    '(?<unique>(?<![\\w])A(?:ROA|IPA|NPA|IDA|GPA|SIA|KIA)[0-9A-Z]{6,}(?![\\w]))',
    '(?<zone>(?<![\\w])Z[0-9A-Z]{8,31}(?![\\w]))',
    `(?<account>${ACCOUNT_ID.source})`,
    '(?<word>[\\p{L}\\p{N}]+)',
  ].join('|'),
  'gu',
);

const ADDRESS = /(^|[^\d.])\d{1,3}(\.\d{1,3}){3}$/;
/** Kinds of resources in ARNs. */
const ARN_TYPE =
  /^(role|user|group|policy|instance-profile|assumed-role|saml-provider|oidc-provider|account|organization|root|ou|instance|vpc|subnet|security-group|vpc-endpoint|network-interface|prefix-list|document|parameter|association|managed-instance|hostedzone|profile|resolver-rule|resolver-endpoint|table|function|secret|key|alias|log-group)(?=[/:])/;
const TIME = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/;
const AWS_POLICY = /^arn:[a-z-]+:(iam|organizations)::aws:policy\//;

class Rewriting {
  private readonly pseudonyms: Pseudonyms;
  /** Ids of the organization, its root, units and policies. */
  private readonly organizationIds: Map<string, string>;

  constructor(pseudonyms: Pseudonyms, { Organization, Roots, OrganizationalUnits, Policies }: Piece) {
    this.pseudonyms = pseudonyms;
    const code = (id: string, length: number) => pseudonyms.code(id, length);
    const own = (Policies as Piece[]).filter(({ PolicySummary }) => !AWS_POLICY.test(PolicySummary.Arn));
    this.organizationIds = new Map<string, string>([
      [Organization.Id, `o-${code(Organization.Id, 10)}`],
      ...(Roots as Piece[]).map(({ Id }): [string, string] => [Id, `r-${code(Id, 4)}`]),
      ...(OrganizationalUnits as Piece[]).map(({ Id }): [string, string] => [
        Id,
        `ou-${code(Roots[0]?.Id, 4)}-${code(Id, 8)}`,
      ]),
      ...own.map(({ PolicySummary: { Id } }): [string, string] => [Id, `p-${code(Id, 8)}`]),
    ]);
  }

  /** In place, so that what the reader filled in stays known as such. */
  rewrite(piece: Piece): void {
    if (AWS_POLICY.test(piece.PolicyArn ?? piece.PermissionsBoundaryArn ?? piece.Arn)) return;
    if (AWS_POLICY.test(piece.PolicySummary?.Arn)) {
      this.rewriteMember(piece, 'Targets');
      return;
    }
    const tag = typeof piece.Key === 'string' && !('Values' in piece);
    if (tag && /^dhmc-rollout/.test(piece.Key)) return;
    for (const key of Object.keys(piece)) {
      if (key === 'Key' && typeof piece.Key === 'string')
        piece.Key = tag ? this.tagKey(piece.Key) : piece.Key;
      else if (!VOCABULARY.has(key)) this.rewriteMember(piece, key);
    }
  }

  private rewriteMember(piece: Piece, key: string): void {
    const value = this.valueOf(piece[key]);
    const renamed = this.keyOf(key);
    if (renamed !== key) delete piece[key];
    piece[renamed] = value;
  }

  private valueOf(value: unknown): unknown {
    if (typeof value === 'string') return this.textOf(value);
    if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) value[index] = this.valueOf(entry);
    } else if (typeof value === 'object' && value !== null) this.rewrite(value);
    return value;
  }

  /** Members are named by AWS, but for ids and for tags in conditions. */
  private keyOf(key: string): string {
    const [, condition, tagKey] = /^(\w+:\w*Tag\/)(.+)$/.exec(key) ?? [];
    if (condition !== undefined && tagKey !== undefined) return `${condition}${this.tagKey(tagKey)}`;
    return RESOURCE_ID.test(key) || ACCOUNT_ID.test(key) ? this.textOf(key) : key;
  }

  private tagKey(key: string): string {
    return /^(aws:|dhmc-rollout)/.test(key) ? key : this.textOf(key);
  }

  private textOf(text: string): string {
    if (text === '' || TIME.test(text) || AWS_POLICY.test(text)) return text;
    if (/^[[{]/.test(text)) return this.documentOf(text);
    const hub = /^(dhmc-rollout-)(vpc-[0-9a-f]+)$/.exec(text);
    // Found by this name, which core/network/hub-facts.ts makes of the VPC's id.
    if (hub) return `${hub[1]}${this.textOf(hub[2] ?? '')}`;
    const arn = /^(arn:[a-z*-]+:[a-z0-9*-]*:[a-z0-9*-]*:)([^:]*):(.*)$/s.exec(text);
    if (arn) {
      const [, head, account = '', resource = ''] = arn;
      if (/^servicesetting\/ssm\//.test(resource)) return `${head}${this.words(account)}:${resource}`;
      const type = ARN_TYPE.exec(resource)?.[0] ?? '';
      return `${head}${this.words(account)}:${type}${this.words(resource.slice(type.length))}`;
    }
    if (/^[0-9a-f:]*::?[0-9a-f:]*(\/\d+)?$/i.test(text) && text.includes(':')) return this.sixOf(text);
    return this.words(text);
  }

  /** A policy or a document as a text; broken ones word by word. */
  private documentOf(text: string): string {
    try {
      return JSON.stringify(this.valueOf(JSON.parse(text)));
    } catch {
      return this.words(text);
    }
  }

  /**
   * Documentation addresses (RFC 3849); the default route and the unspecified address stay, and so do those of Amazon's
   * own services in every VPC, such as its DNS at fd00:ec2::253.
   */
  private sixOf(text: string): string {
    const [address = '', length] = text.split('/');
    if (address === '::' || address.startsWith('fd00:ec2::')) return text;
    const code = Buffer.from(this.pseudonyms.code(address, 4)).toString('hex');
    return `2001:db8:${code.slice(0, 4)}:${code.slice(4, 8)}::${length === undefined ? '' : `/${length}`}`;
  }

  private words(text: string): string {
    const whole = this.organizationIds.get(text);
    if (whole !== undefined) return whole;
    if (/^-?\d{1,5}$/.test(text)) return text;
    // Paths of the organization (`o-.../r-.../ou-.../`) have one to a part, blocks of addresses their length.
    return text
      .split('/')
      .map((part, index, parts) => {
        if (/^\d{1,2}$/.test(part) && ADDRESS.test(parts[index - 1] ?? '')) return part;
        return this.organizationIds.get(part) ?? this.tokens(part, parts[index + 1]);
      })
      .join('/');
  }

  private tokens(part: string, next: string | undefined): string {
    const { pseudonyms } = this;
    return part.replace(TOKENS, (token, ...rest) => {
      const groups: Record<string, string | undefined> = rest.at(-1);
      if (groups.kept !== undefined) return token;
      if (groups.address !== undefined) {
        const length = next !== undefined && /^\d{1,2}$/.test(next) ? Number(next) : 32;
        return pseudonyms.address(groups.address, length);
      }
      if (groups.dashed !== undefined) {
        return pseudonyms.address(groups.dashed.replaceAll('-', '.')).replaceAll('.', '-');
      }
      if (groups.resource !== undefined || groups.account !== undefined) return pseudonyms.id(token);
      if (groups.unique !== undefined)
        return `${token.slice(0, 4)}${pseudonyms.code(token, 17).toUpperCase()}`;
      if (groups.zone !== undefined) return `Z${pseudonyms.code(token, 20).toUpperCase()}`;
      return pseudonyms.word(token);
    });
  }
}
