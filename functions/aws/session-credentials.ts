/** The credentials of one session. */

/** Temporary credentials; held in memory only, for one invocation. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}
