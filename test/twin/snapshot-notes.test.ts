/** What is said of a snapshot before its twin is trusted. */
import { expect, it } from '@jest/globals';
import { notesOf } from '../../twin/snapshot/notes.ts';
import { readSnapshot } from '../../twin/snapshot/read.ts';
import { FIRST } from './snapshot-fixture.ts';

it.each([
  ['Perimeter', 'SERVICE_CONTROL_POLICY', 1],
  ['TagsAreRed', 'TAG_POLICY', 0],
])(
  'Given a policy %s that depends on where calls come from, Then a control policy is named with its keys',
  async (Name, Type, named) => {
    const { organization } = await readSnapshot(FIRST);
    const Condition = {
      NotIpAddressIfExists: { 'aws:SourceIp': '192.0.2.0/24' },
      StringNotEqualsIfExists: { 'aws:sourceVpce': 'vpce-1' },
      BoolIfExists: { 'aws:ViaAWSService': 'false' },
    };
    organization.Policies.push({
      PolicySummary: { Id: 'p-new', Name, Type },
      Content: JSON.stringify({ Statement: { Effect: 'Deny', Action: '*', Resource: '*', Condition } }),
      Targets: [],
    });
    const notes = notesOf(organization).filter((note) => note.includes(Name));
    expect(notes).toEqual(
      named === 0
        ? []
        : [
            'the policy Perimeter depends on where a call comes from (aws:SourceIp, aws:sourceVpce), which the twin does not know: AWS may decide otherwise',
          ],
    );
  },
);
