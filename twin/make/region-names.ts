/**
 * Regions of the commercial partition in the order in which made organizations take them: every fourth is
 * one that accounts must opt in to (account management guide, "Enable or disable AWS Regions").
 */
export const REGIONS = [
  'us-east-1',
  'eu-west-1',
  'ap-northeast-1',
  'eu-south-2',
  'us-west-2',
  'eu-central-1',
  'ap-southeast-2',
  'af-south-1',
  'us-east-2',
  'eu-west-2',
  'ap-south-1',
  'me-central-1',
  'us-west-1',
  'eu-north-1',
  'ap-southeast-1',
  'il-central-1',
  'ca-central-1',
  'eu-west-3',
  'ap-northeast-2',
  'ap-southeast-4',
  'sa-east-1',
  'ap-northeast-3',
  'eu-south-1',
  'ca-west-1',
  'ap-east-1',
  'eu-central-2',
  'me-south-1',
  'ap-southeast-3',
  'ap-south-2',
  'ap-southeast-5',
  'mx-central-1',
  'ap-southeast-7',
] as const;

const OPT_IN = new Set<string>([
  'af-south-1',
  'ap-east-1',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
]);

/** Whether accounts have the Region only after they opted in. */
export function isOptIn(region: string): boolean {
  return OPT_IN.has(region);
}
