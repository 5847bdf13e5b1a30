import { describe, expect, it } from '@jest/globals';
import { INSTANCE_VERDICTS } from '../../../functions/core/instances/facts.ts';
import { VERDICTS } from '../../../functions/core/instances/verdict-texts.ts';

describe('Given the verdicts on an instance, When a report explains them', () => {
  it('Then the texts are of the verdicts that there are', () =>
    expect(Object.keys(VERDICTS).sort()).toEqual([...INSTANCE_VERDICTS].sort()));

  it.each(INSTANCE_VERDICTS)('Then %s has a meaning and a next step, in whole sentences', (code) => {
    const { meaning, remedy } = VERDICTS[code];
    expect(meaning).toMatch(/^[A-Z].+\.$/);
    expect(remedy).toMatch(/^[A-Z].+\.$/);
  });

  it('Then nothing has to be done for an instance that is managed, or not ours to manage', () => {
    const idle = INSTANCE_VERDICTS.filter((code) => VERDICTS[code].remedy.startsWith('Nothing to do'));
    expect(idle).toEqual(['SERVICE_MANAGED', 'MANAGED', 'AWAITING_AGENT']);
  });
});
