/**
 * Profiles of the shared AWS configuration (`~/.aws/config` and `~/.aws/credentials`, or where AWS_CONFIG_FILE and
 * AWS_SHARED_CREDENTIALS_FILE point), read with the SDK's own parser.
 */
import { loadSharedConfigFiles } from '@smithy/core/config';

export interface SharedProfile {
  /** Whether either file has it. */
  exists: boolean;
  /** Its `region`; null where it has none. */
  region: string | null;
  /** The profiles that exist. */
  known: string[];
}

/** Sections of the configuration file that are not profiles keep their prefix in the parser's answer. */
const OTHER_SECTION = /^(sso-session|services)\./;

export async function readSharedProfile(name: string): Promise<SharedProfile> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  const known = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])]
    .filter((each) => !OTHER_SECTION.test(each))
    .sort();
  // The SDK lets the configuration file win for settings, as the AWS CLI does.
  const region = configFile[name]?.region ?? credentialsFile[name]?.region ?? null;
  return { exists: known.includes(name), region: region || null, known };
}
