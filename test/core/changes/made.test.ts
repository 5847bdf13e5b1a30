/** Each kind of change: whether live state shows it, what results show of it, what it costs and what has to be read for it. */
import { describe, expect, it } from '@jest/globals';
import {
  actionProblem,
  changeDetail,
  definitionOf,
  expectedProblem,
} from '../../../functions/core/changes/changes.ts';
import type { ActionOf, ChangeAction, ChangeKind } from '../../../functions/core/model/change.ts';
import { RUN } from '../rollback/builders.ts';
import { CHANGE_ID, SAMPLES, type Sample } from './samples.ts';

const CASES = Object.entries(SAMPLES).map(([kind, sample]) => {
  const any = sample as unknown as Sample<ChangeKind>;
  return {
    kind: kind as ChangeKind,
    sample: any,
    action: { kind, ...any.action } as unknown as ChangeAction,
  };
});

describe.each(CASES)('Given a change $kind', ({ kind, sample, action }) => {
  const definition = definitionOf(action as ActionOf<ChangeKind>);
  const { expected, made, notMade, unread } = sample;
  const change = { action, expected } as Parameters<typeof changeDetail>[0];

  const STATES = [
    ...Object.entries(made).map(([name, state]) => ({ name, state, isMade: true })),
    ...Object.entries(notMade).map(([name, state]) => ({ name, state, isMade: false })),
    ...Object.entries(unread).map(([name, state]) => ({ name, state, isMade: null })),
  ];
  it.each(STATES)('when there is $name, then that it was made is $isMade', ({ state, isMade }) => {
    expect(definition.isMade({ changeId: CHANGE_ID, runId: RUN, action }, state)).toBe(isMade);
  });

  it('when results show it, then with what it is about', () => {
    expect(changeDetail(change)).toEqual(sample.detail);
  });

  it('when it is priced, then by the zones that it adds or removes', () => {
    expect(definition.billedZones(change as never)).toBe(sample.billedZones ?? 0);
  });

  it('when it is to be rolled back or verified, then what shows it is read', () => {
    const { dnsVpcId, hubVpcId, hubZoneVpcId, zonesVpcId, readsProfiles } = definition;
    expect({
      dnsVpcId: dnsVpcId(action),
      hubVpcId: hubVpcId(action),
      hubZoneVpcId: hubZoneVpcId(action),
      zonesVpcId: zonesVpcId(action),
      readsProfiles,
    }).toEqual({
      dnsVpcId: null,
      hubVpcId: null,
      hubZoneVpcId: null,
      zonesVpcId: null,
      readsProfiles: sample.readsProfiles ?? false,
      ...sample.reads,
    });
  });

  it('when it is stored, then it is recognized, and no longer where a field is of another type', () => {
    expect(actionProblem(action)).toBeNull();
    expect(expectedProblem(kind, expected)).toBeNull();
    for (const field of Object.keys(sample.action)) {
      const wrong = () => 'a function, which no field holds';
      const isAnything = field === 'trustPolicy';
      expect(actionProblem({ ...action, [field]: isAnything ? undefined : wrong })).toBe(
        `${kind}: ${field} is missing or of another type`,
      );
    }
    for (const field of Object.keys(expected)) {
      expect(expectedProblem(kind, { ...expected, [field]: undefined })).toBe(
        `${kind}: ${field} is missing or of another type`,
      );
    }
  });
});
