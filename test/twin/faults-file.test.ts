import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseFaults } from '../../twin/faults-file.ts';
import type { Twin } from '../../twin/start.ts';
import { configuration, startFirst } from './first-organization.ts';

const FIRST_FAULT = {
  match: { service: 'sts' },
  effect: { error: { code: 'Throttling', message: 'Rate exceeded', status: 400 } },
  times: 1,
};

let twin: Twin;
beforeAll(async () => {
  twin = await startFirst({ faults: { seed: 1, faults: [FIRST_FAULT] } });
});
afterAll(() => twin.close());

const post = async (body: unknown) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${twin.url}/_twin/faults`, { method: 'POST', body: text });
  return { status: response.status, value: await response.json() };
};
const get = async () => (await fetch(`${twin.url}/_twin/faults`)).json();
const identity = () => new STSClient(configuration(twin)).send(new GetCallerIdentityCommand({}));

const withMatch = (match: unknown) => ({ seed: 1, faults: [{ match, effect: { drop: 'before' } }] });
const withEffect = (effect: unknown) => ({ seed: 1, faults: [{ match: {}, effect }] });

describe('Given faults that are not valid', () => {
  it.each<[unknown, string]>([
    ['{', 'is not JSON: '],
    ['[]', 'must be an object'],
    [{ faults: [] }, 'seed: is missing; give a number'],
    [{ seed: 1.5, faults: [] }, 'seed: 1.5 is not a whole number'],
    [{ seed: 1 }, 'faults: is missing; give a list'],
    [{ seed: 1, faults: [], fault: 1 }, 'fault: unknown key; did you mean "faults"?'],
    [{ seed: 1, faults: [{ effect: { drop: 'before' } }] }, 'faults[0].match: '],
    [{ seed: 1, faults: [{ match: {}, effect: { drop: 'before' }, times: 0 }] }, 'faults[0].times: 0 is out'],
    [withMatch({ account: '12' }), 'faults[0].match.account: "12" is not an account id of 12 digits'],
    [withMatch({ account: 12 }), 'faults[0].match.account: 12 must be text: put it in quotes'],
    [withMatch({ region: 'here' }), 'faults[0].match.region: "here" is not a Region such as eu-west-1'],
    [
      withMatch({ service: 'SSM' }),
      'faults[0].match.service: "SSM" is not a service of the twin; did you mean "ssm"? Use one of',
    ],
    [
      withMatch({ service: 'ssm', operation: 'GetServiceSettings' }),
      'faults[0].match.operation: "GetServiceSettings" is no operation of ssm; did you mean "GetServiceSetting"?',
    ],
    [withMatch({ service: 'sts', operation: 'GetServiceSetting' }), 'is no operation of sts'],
    [withMatch({ operation: 'GetNothing' }), "is no operation of the twin's services"],
    [withMatch({ nth: 0 }), 'faults[0].match.nth: 0 is out of range; give 1 or more'],
    [withMatch({ probability: 5 }), 'faults[0].match.probability: 5 is out of range; give between 0 and 1'],
    [withMatch({ acount: '100000000012' }), 'faults[0].match.acount: unknown key; did you mean "account"?'],
    [withEffect({}), 'faults[0].effect: has none; give one of error, delayMs, drop'],
    [withEffect({ drop: 'before', delayMs: 5 }), 'faults[0].effect: has delayMs and drop; give one of'],
    [
      withEffect({ drop: 'now' }),
      'faults[0].effect.drop: "now" is not known here; use one of "before", "after"',
    ],
    [withEffect({ delayMs: -1 }), 'faults[0].effect.delayMs: -1 is out of range'],
    [withEffect({ error: { code: 'A', message: 'b' } }), 'faults[0].effect.error.status: is missing'],
    [
      withEffect({ error: { code: 'A', message: 'b', status: 200 } }),
      'faults[0].effect.error.status: 200 is out of range; give between 400 and 599',
    ],
    [
      withEffect({ error: { code: 'a b', message: 'b', status: 400 } }),
      'faults[0].effect.error.code: "a b" is not the code of an error',
    ],
  ])('When %j is posted, Then 400 says in one line: %s', async (body, message) => {
    const { status, value } = await post(body);
    expect(value).toEqual({ error: expect.stringContaining(message) });
    expect(JSON.stringify(value)).not.toContain('\\n');
    expect(status).toBe(400);
  });

  it('When they are refused, Then those that were there stay', async () => {
    await post({ seed: 1, faults: 5 });
    expect(await get()).toMatchObject({ seed: 1, faults: [FIRST_FAULT] });
  });
});

describe('Given faults that are valid', () => {
  it('When they are posted, Then they replace the others, and GET reports how often each struck', async () => {
    const faults = [
      { ...FIRST_FAULT, match: { service: 'sts', operation: 'GetCallerIdentity', nth: 2 } },
      { match: { service: 'route53', probability: 0.05 }, effect: { drop: 'after' } },
    ];
    expect((await post({ seed: 9, faults })).status).toBe(200);
    await identity();
    await expect(identity()).rejects.toThrow('Rate exceeded');
    await identity();
    expect(await get()).toEqual({
      seed: 9,
      faults: [
        { ...faults[0], matched: 3, struck: 1 },
        { ...faults[1], matched: 0, struck: 0 },
      ],
    });
  });

  it('When the twin is reset, Then those that it started with are back, unstruck', async () => {
    await post({ seed: 9, faults: [] });
    await fetch(`${twin.url}/_twin/reset`, { method: 'POST' });
    expect(await get()).toEqual({ seed: 1, faults: [{ ...FIRST_FAULT, matched: 0, struck: 0 }] });
    await expect(identity()).rejects.toThrow('Rate exceeded');
  });

  it('When a file is parsed, Then it comes back as it was', () => {
    const file = { seed: 0, faults: [FIRST_FAULT, { match: {}, effect: { delayMs: 2000 } }] };
    expect(parseFaults(JSON.stringify(file))).toEqual(file);
  });
});
