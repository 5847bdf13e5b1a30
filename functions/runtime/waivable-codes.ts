/** Reason codes that a waiver may name. */
import { REASONS } from '../core/reasons.ts';

/** Codes of decisions that are not built yet: a configuration may name them before they can appear. */
const COMING_CODES = [
  'AGENT_SILENT',
  'AGENT_TOO_OLD',
  'AWAITING_AGENT',
  'BUDGET_EXCEEDED',
  'CENTRAL_ENDPOINTS_INCOMPLETE',
  'CENTRAL_UNREACHABLE',
  'CONNECTION_LOST',
  'DNS_CUSTOM',
  'DNS_HUB_VPC',
  'ENDPOINT_DRIFTED',
  'ENDPOINT_POLICY_DENIES',
  'ENDPOINT_PRIVATE_DNS_OFF',
  'ENDPOINT_SG_BLOCKS_443',
  'ENDPOINT_ZONE_UNSUPPORTED',
  'IMDS_DISABLED',
  'INSTANCE_SG_BLOCKS_443',
  'INSTANCE_UNMANAGED',
  'IPV6_ONLY',
  'NACL_BLOCKS_443',
  'NO_CREDENTIALS',
  'NO_PATH',
  'NO_PATH_TO_SSM',
  'PATH_BLOCKED',
  'PATH_UNKNOWN',
  'PRIVATE_DNS_CONFLICT',
  'PROFILE_SUPPRESSES_DHMC',
  'ROLLBACK_CONFLICT',
  'STATUS_CHECK_FAILED',
  'VPC_DNS_DISABLED',
  'VPC_OWNER_MANAGED',
  'VPC_OWNER_OUT_OF_SCOPE',
] as const;

export const WAIVABLE_CODES: readonly string[] = [
  ...new Set<string>([...Object.keys(REASONS), ...COMING_CODES]),
].sort();
