/**
 * Buckets of AWS that agents, patches and package managers read, for the policy of an endpoint for S3. They are read with
 * unsigned requests too ("publicly accessible, and by default, SSM Agent connects to them using HTTP calls"), so no
 * condition on the organization may apply to them.
 *
 * Sources: Systems Manager user guide, "SSM Agent communications with AWS managed S3 buckets" (names by Region; "avoid using
 * wildcard characters (*) in place of specific Regions") and "Reference: Amazon S3 buckets for patching operations"
 * (suffixes); Amazon Linux repositories as their mirror lists name them (not verified in every Region).
 */
import type { Region } from '../model/primitives.ts';

/** Suffix of the buckets of Patch Manager (`aws-patch-manager-`, `aws-patchmanager-macos-`). */
const PATCH_SUFFIX: Readonly<Record<Region, string>> = {
  'us-east-2': '552881074',
  'us-east-1': '1970c647d',
  'us-west-1': '8badb4304',
  'us-west-2': '34d7f99f8',
  'af-south-1': 'bdd5f65a9',
  'ap-east-1': '632356271',
  'ap-south-2': '32f4b4128',
  'ap-southeast-3': 'aa48fc462',
  'ap-southeast-4': '01e2c40d3',
  'ap-south-1': 'cb7c62ff9',
  'ap-northeast-3': '67373598a',
  'ap-northeast-2': '10467995c',
  'ap-southeast-1': '7fdfd9ef7',
  'ap-southeast-2': '17283a275',
  'ap-northeast-1': '4849fa78f',
  'ca-central-1': '3148e69e3',
  'ca-west-1': '9e3a4b2f9',
  'eu-central-1': '9163fdaaf',
  'eu-west-1': '5522fb710',
  'eu-west-2': '902a2bc74',
  'eu-south-1': 'c52f3f594',
  'eu-west-3': '29bf85721',
  'eu-south-2': 'a4cf248b1',
  'eu-north-1': '795879e9b',
  'eu-central-2': '184ce43c8',
  'il-central-1': 'e221cb57b',
  'me-south-1': 'a53fc9dce',
  'me-central-1': '2932f2f80',
  'sa-east-1': 'ddf4b6a09',
};

/** Of the bucket of patch baseline snapshots, in Regions where it has one. */
const SNAPSHOT_SUFFIX: Readonly<Record<Region, string>> = {
  'af-south-1': 'tbxdb5b9',
  'ap-south-2': '50209442',
  'ap-southeast-3': 'be0a3174',
  'ap-southeast-4': 'dc6f76ce',
  'eu-south-2': 'df2c9d70',
  'me-south-1': 'uduvl7q8',
};

export function agentBuckets(region: Region): string[] {
  const patches = PATCH_SUFFIX[region];
  const snapshots = SNAPSHOT_SUFFIX[region];
  return [
    `aws-ssm-${region}`,
    `aws-windows-downloads-${region}`,
    `amazon-ssm-${region}`,
    `amazon-ssm-packages-${region}`,
    `${region}-birdwatcher-prod`,
    `aws-ssm-distributor-file-${region}`,
    `aws-ssm-document-attachments-${region}`,
    `aws-patchmanager-macos-${region}`,
    `patch-baseline-snapshot-${region}${snapshots === undefined ? '' : `-${snapshots}`}`,
    ...(patches === undefined
      ? []
      : [`aws-patch-manager-${region}-${patches}`, `aws-patchmanager-macos-${region}-${patches}`]),
    `amazonlinux-2-repos-${region}`,
    `al2023-repos-${region}-de612dc2`,
  ];
}
