import { describe, expect, it } from '@jest/globals';
import { EnvironmentError, readEnvironment } from '../../functions/platform/environment.ts';

const GIVEN = { AWS_REGION: 'eu-west-1', TABLE_NAME: 'table', ARTIFACT_BUCKET: 'bucket' };

describe("Given a function's environment", () => {
  it('When only what has no default is set, Then the rest has its default', () => {
    expect(readEnvironment(GIVEN)).toEqual({
      homeRegion: 'eu-west-1',
      tableName: 'table',
      artifactBucket: 'bucket',
      configurationKey: 'configuration/dhmc.config.yaml',
      allowedModes: ['assess', 'enforce', 'rollback'],
      logLevel: 'INFO',
      reportFormats: [],
      reportKeyId: null,
      topicArn: null,
    });
  });

  it('When modes are listed, Then they are apart', () => {
    expect(readEnvironment({ ...GIVEN, ALLOWED_MODES: 'assess, enforce' }).allowedModes).toEqual([
      'assess',
      'enforce',
    ]);
  });

  it.each([
    [{ TABLE_NAME: undefined }, 'environment variable TABLE_NAME is not set; the stack sets it'],
    [{ ARTIFACT_BUCKET: '' }, 'environment variable ARTIFACT_BUCKET is empty; the stack sets it'],
    [{ LOG_LEVEL: 'LOUD' }, 'environment variable LOG_LEVEL is LOUD, which is none of DEBUG, INFO'],
  ])('When %j is in it, Then the error names it', (wrong, message) => {
    const read = () => readEnvironment({ ...GIVEN, ...wrong });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(message);
  });
});
