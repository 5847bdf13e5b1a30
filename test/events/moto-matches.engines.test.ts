/** moto's matcher of event patterns as a second opinion on ours. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { EVENTS, ofType, synthesize } from '../infra/synthesize.ts';
import { MEMBER } from '../reconcile/small-organization.ts';
import { CASES, EVENT } from './match-cases.ts';
import { matches } from './match-pattern.ts';
import * as recorded from './recorded.ts';

/** One process for all pairs. */
function askMoto(pairs: [pattern: unknown, event: unknown][]): boolean[] {
  const input = JSON.stringify(pairs);
  return JSON.parse(execFileSync('python3', ['test/events/moto-matches.py'], { input, encoding: 'utf8' }));
}

describe("Given moto's matcher of event patterns", () => {
  // moto 5.2 does not look into arrays of the event.
  it('When asked about the cases of the user guide, Then it agrees', () => {
    const asked = CASES.filter(([pattern]) => !('resources' in pattern));
    expect(askMoto(asked.map(([pattern]) => [pattern, EVENT]))).toEqual(asked.map(([, matched]) => matched));
  });

  it('When each rule of the templates meets each event, Then it agrees', async () => {
    const synthesized = await synthesize({ ...EVENTS, accountEventMode: 'enforce' });
    const coming = recorded.lifeOf(MEMBER);
    const events = [...coming, ...recorded.unrelated()];
    const patterns = [synthesized.service, ...synthesized.events]
      .flatMap((template) => ofType(template, 'AWS::Events::Rule'))
      .map(([, rule]) => rule.Properties.EventPattern);
    const pairs = patterns.flatMap((pattern) =>
      events.map((event): [typeof pattern, unknown] => [pattern, event]),
    );
    const ours = pairs.map(([pattern, event]) => matches(pattern, event));
    expect(ours.filter(Boolean)).toHaveLength(2 * coming.length);
    expect(askMoto(pairs)).toEqual(ours);
    await synthesized.remove();
  }, 60_000);
});
