import * as client from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { NormalizedSchema } from '@smithy/core/schema';
import { TIME_MEMBERS, withDates } from '../../twin/services/ec2/times.ts';
import { operations } from '../../twin/services/ec2.ts';

type Operation = [kind: 9, namespace: string, name: string, traits: unknown, input: unknown, output: unknown];

/** Names of an answer's members, those of timestamps apart. */
function readNames(operation: string): { times: Set<string>; others: Set<string> } {
  const schema = Reflect.get(client, `${operation}$`) as Operation;
  const times = new Set<string>();
  const others = new Set<string>();
  const visit = (shape: NormalizedSchema, depth: number): void => {
    if (depth > 12) return;
    if (shape.isListSchema()) visit(shape.getValueSchema(), depth + 1);
    if (!shape.isStructSchema()) return;
    for (const [name, member] of shape.structIterator()) {
      (member.isTimestampSchema() ? times : others).add(name);
      visit(member, depth + 1);
    }
  };
  const output = schema[5];
  visit(NormalizedSchema.of((typeof output === 'function' ? output() : output) as never), 0);
  return { times, others };
}

describe('timestamps of EC2', () => {
  const names = Object.keys(operations).map(readNames);

  it('Given every operation served, Then the names known as timestamps are those of the SDK and no more', () => {
    const times = new Set(names.flatMap((each) => [...each.times]));
    expect([...TIME_MEMBERS].sort()).toEqual([...times].sort());
  });

  it('Given every operation served, Then no such name is anything else anywhere', () => {
    const others = new Set(names.flatMap((each) => [...each.others]));
    expect([...TIME_MEMBERS].filter((name) => others.has(name))).toEqual([]);
  });

  it('Given a piece of a snapshot, When dates are made, Then they are made at every depth and nothing else changes', () => {
    const time = '2026-10-01T00:00:00+00:00';
    const piece = { LaunchTime: time, State: { Code: 16 }, List: [{ AttachTime: time }, 'x'], Other: time };
    expect(withDates(piece)).toEqual({
      LaunchTime: new Date(time),
      State: { Code: 16 },
      List: [{ AttachTime: new Date(time) }, 'x'],
      Other: time,
    });
    expect(piece.LaunchTime).toBe(time);
  });
});
