import { describe, expect, it } from '@jest/globals';
import { deployedPlace } from '../../functions/handlers/command-place.ts';
import type { Records } from '../../functions/handlers/records.ts';
import type { RunRecord } from '../../functions/store/contract.ts';

describe('Given a run of the deployed service', () => {
  const records = { artifacts: { bucket: 'b' }, tableName: 't' } as Records;
  const placeOf = (executionArn?: string) =>
    deployedPlace(records, { homeRegion: 'us-gov-west-1', executionArn } as RunRecord);

  it('When its execution is known, Then a person continues on the same state machine', () => {
    const arn = 'arn:aws-us-gov:states:us-gov-west-1:111122223333';
    expect(placeOf(`${arn}:execution:dhmc-rollout-enforce:dhmc-20261120T000000Z-1a2b3c4d`)).toEqual({
      kind: 'deployed',
      stateMachine: `${arn}:stateMachine:dhmc-rollout-enforce`,
      table: 't',
      bucket: 'b',
      region: 'us-gov-west-1',
    });
  });

  it('When it is not, Then none is named', () => {
    expect(placeOf()).toMatchObject({ stateMachine: null });
  });
});
