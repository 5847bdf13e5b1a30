import { describe, expect, it } from '@jest/globals';
import { type AssociationFacts, judgeAssociations } from '../../functions/core/associations.ts';
import { aFailure } from './organization-builders.ts';

const association = (key: string, values: string[], more: Partial<AssociationFacts> = {}) => ({
  associationId: `id-${key}`,
  associationName: null,
  documentName: 'AWS-RunPatchBaseline',
  schedule: null,
  targets: [{ key, values }],
  ...more,
});
const lax = { requireAssociationAck: false, acknowledgedAssociations: [] };
const strict = (...acknowledgedAssociations: string[]) => ({
  requireAssociationAck: true,
  acknowledgedAssociations,
});
const judge = (given: AssociationFacts[], settings: Parameters<typeof judgeAssociations>[1] = lax) =>
  judgeAssociations({ kind: 'value', value: given }, settings);

describe('given State Manager associations, when a first setting is planned', () => {
  it.each([
    ['InstanceIds', ['*'], true],
    ['InstanceIds', ['i-1', 'i-2'], false],
    ['tag:Patch', ['yes'], true],
    ['tag-key', ['Patch'], true],
    ['resource-groups:Name', ['web'], true],
  ])('by %s %j, then whether it runs on new nodes is %s', (key, values, applies) => {
    const { names, notes, held } = judge([association(key, values)]);
    expect([names.length > 0, notes.length > 0, held]).toEqual([applies, applies, null]);
  });

  it('then each is named once, by its name or its document', () => {
    const given = [
      association('tag:a', ['b']),
      association('tag:c', ['d']),
      association('InstanceIds', ['*'], { associationName: 'inventory' }),
    ];
    expect(judge(given).names).toEqual(['AWS-RunPatchBaseline', 'inventory']);
  });

  it('and must be acknowledged, then it waits for those that are not', () => {
    const given = [
      association('tag:a', ['b']),
      association('InstanceIds', ['*'], { associationName: 'inventory', documentName: 'AWS-Inventory' }),
    ];
    expect(judge(given, strict()).held?.sentence).toContain('AWS-RunPatchBaseline, inventory');
    expect(judge(given, strict('inventory')).held?.sentence).toContain('new nodes: AWS-RunPatchBaseline;');
    expect(judge(given, strict('AWS-Inventory', 'id-tag:a')).held).toBe(null);
    expect(judge([association('InstanceIds', ['i-1'])], strict()).held).toBe(null);
  });

  it('and they cannot be read, then it continues with a note, or waits where they must be acknowledged', () => {
    const unread = { kind: 'failed' as const, failure: aFailure({ action: 'ssm:ListAssociations' }) };
    expect(judgeAssociations(unread, lax)).toEqual({
      names: [],
      notes: ['ASSOCIATIONS_UNKNOWN'],
      held: null,
    });
    expect(judgeAssociations(unread, strict()).held?.code).toBe('ASSOCIATIONS_NOT_ACKNOWLEDGED');
  });
});
