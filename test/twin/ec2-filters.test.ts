import { describe, expect, it } from '@jest/globals';
import { applyFilters, TAG_FILTERS } from '../../twin/services/ec2/filters.ts';

const TABLE = {
  ...TAG_FILTERS,
  state: 'State.Name',
  cidr: 'Ranges.Cidr',
  'launch-time': 'LaunchTime',
  default: (piece: Record<string, unknown>) => piece.IsDefault ?? false,
};

const PIECES = [
  {
    Id: '1',
    State: { Name: 'running' },
    Ranges: [{ Cidr: '10.0.0.0/8' }, { Cidr: '192.168.0.0/16' }],
    LaunchTime: '2026-10-01T02:00:00+02:00',
    Tags: [
      { Key: 'Name', Value: 'web-1' },
      { Key: 'Team', Value: 'a*b' },
    ],
  },
  { Id: '2', State: { Name: 'stopped' }, IsDefault: true, Tags: [{ Key: 'Name', Value: 'Web-2' }] },
  { Id: '3', State: { Name: 'stopping' } },
];

const ids = (...filters: [name: string, ...values: string[]][]) =>
  applyFilters(
    PIECES,
    filters.map(([Name, ...Values]) => ({ Name, Values })),
    TABLE,
  ).map((piece) => piece.Id);

describe("EC2's filters", () => {
  it.each([
    ['no filter', [], ['1', '2', '3']],
    ['a value', [['state', 'running']], ['1']],
    ['values of one filter are joined with OR', [['state', 'running', 'stopped']], ['1', '2']],
    [
      'filters are joined with AND',
      [
        ['state', 'stopped', 'running'],
        ['default', 'true'],
      ],
      ['2'],
    ],
    ['values are case-sensitive', [['tag:Name', 'web-*']], ['1']],
    ['* is any characters', [['state', 'stop*']], ['2', '3']],
    ['? is one character', [['state', 'stoppe?']], ['2']],
    ['? is not none', [['state', 'running?']], []],
    ['a pattern is the whole value', [['state', 'stop']], []],
    ['a backslash takes the meaning away', [['tag:Team', 'a\\*b']], ['1']],
    ['an escaped * is no wildcard', [['state', 'stop\\*']], []],
    ['other special characters mean themselves', [['cidr', '10.0.0.0/8']], ['1']],
    ['a dot is no wildcard', [['cidr', '10x0.0.0/8']], []],
    ['any entry of a list', [['cidr', '192.168.*']], ['1']],
    ['a time, as AWS writes it', [['launch-time', '2026-10-01T00:*']], ['1']],
    ['a tag key', [['tag-key', 'Team']], ['1']],
    ["a tag's value belongs to its key", [['tag:Team', 'web-1']], []],
    ['a member left out has its default', [['default', 'false']], ['1', '3']],
    ['a filter without values finds nothing', [['state']], []],
  ] as [string, [string, ...string[]][], string[]][])(
    'Given %s, Then what fits is found',
    (_, filters, found) => {
      expect(ids(...filters)).toEqual(found);
    },
  );

  it.each(['colour', 'toString', 'Tag:Name'])(
    'Given the filter %p, which AWS does not document, Then AWS says that it is invalid',
    (name) => {
      expect(() => applyFilters(PIECES, [{ Name: name, Values: ['x'] }], TABLE)).toThrow(
        expect.objectContaining({
          code: 'InvalidParameterValue',
          message: `The filter '${name}' is invalid`,
        }),
      );
    },
  );

  it('Given more than 200 values in one call, Then AWS refuses', () => {
    const Values = Array.from({ length: 101 }, (_, index) => String(index));
    const filters = ['state', 'cidr'].map((Name) => ({ Name, Values }));
    expect(() => applyFilters(PIECES, filters, TABLE)).toThrow(
      expect.objectContaining({ code: 'FilterLimitExceeded' }),
    );
  });
});
