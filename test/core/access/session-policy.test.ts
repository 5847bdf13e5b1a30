import { describe, expect, it } from '@jest/globals';
import type { Nodes } from '../../../functions/core/access/access-request.ts';
import { PolicyTooLargeError } from '../../../functions/core/access/access-request.ts';
import {
  countCharacters,
  documentOf,
  MANAGED_POLICY_CHARACTERS,
} from '../../../functions/core/access/policy-document.ts';
import { sessionPolicy } from '../../../functions/core/access/session-policy.ts';
import { ACCOUNT, ANN, BOB, NAMED, NEXT, Person, PLACES, type Place } from './people.ts';

const SHELL = 'SSM-SessionManagerRunShell';
const FORWARDING = 'AWS-StartPortForwardingSession';
const byId: Nodes = { kind: 'instances', instanceIds: [NAMED] };
const byTag: Nodes = { kind: 'tags', tags: { Team: ['web', 'shop'], Stage: ['test'] } };

const policyOf = (place: Place, nodes: Nodes, documents = [SHELL], accountId = ACCOUNT) =>
  sessionPolicy({ ...place, accountId, nodes, documents });

describe.each(PLACES)('Given a session policy for one instance in $partition', (place) => {
  const ann = new Person(policyOf(place, byId), place);

  it('When a session is started on it, Then it is allowed', () => {
    expect(ann.mayStart(NAMED, SHELL)).toBe(true);
  });

  it('When one is started on the next instance, Then it is denied', () => {
    expect(ann.mayStart(NEXT, SHELL)).toBe(false);
  });

  it('When one is started with another document, Then it is denied', () => {
    expect(ann.mayStart(NAMED, FORWARDING)).toBe(false);
    expect(ann.mayStart(NAMED, 'SSM-SomeoneElses')).toBe(false);
  });

  it('When the check of documents is not made, Then nothing is allowed', () => {
    const { partition, region } = place;
    const resource = `arn:${partition}:ec2:${region}:${ACCOUNT}:instance/${NAMED}`;
    expect(ann.may('ssm:StartSession', resource, { 'ssm:SessionDocumentAccessCheck': 'false' })).toBe(false);
  });

  it('When the same instance id is in another account, Region or partition, Then it is denied', () => {
    expect(ann.mayStart(NAMED, SHELL, { accountId: '999999999999' })).toBe(false);
    for (const other of PLACES.filter((one) => one.partition !== place.partition)) {
      expect(new Person(policyOf(place, byId), other).mayStart(NAMED, SHELL)).toBe(false);
    }
  });

  it.each(['ssm:TerminateSession', 'ssm:ResumeSession'])(
    'When %s is of her own session, Then it is allowed, by id and by tag',
    (action) => {
      expect(ann.mayEnd(`${ANN}-0a1b2c3d4e5f60718`, undefined, action)).toBe(true);
      expect(ann.mayEnd('ann-0a1b2c3d4e5f60718', ANN, action)).toBe(true);
    },
  );

  it.each(['ssm:TerminateSession', 'ssm:ResumeSession'])(
    "When %s is of someone else's, Then it is denied",
    (action) => {
      expect(ann.mayEnd(`${BOB}-0a1b2c3d4e5f60718`, BOB, action)).toBe(false);
      expect(ann.mayEnd('bob-0a1b2c3d4e5f60718', BOB, action)).toBe(false);
      expect(ann.mayEnd('bob-0a1b2c3d4e5f60718', undefined, action)).toBe(false);
    },
  );

  it("When the data channel of someone else's session is opened, Then it is denied, her own allowed", () => {
    expect(ann.mayEnd(`${ANN}-0a1b`, undefined, 'ssmmessages:OpenDataChannel')).toBe(true);
    expect(ann.mayEnd(`${BOB}-0a1b`, undefined, 'ssmmessages:OpenDataChannel')).toBe(false);
  });

  it('When a command is sent instead of a session started, Then it is denied', () => {
    const { partition, region } = place;
    const resource = `arn:${partition}:ec2:${region}:${ACCOUNT}:instance/${NAMED}`;
    expect(ann.may('ssm:SendCommand', resource)).toBe(false);
    expect(ann.may('ssm:GetConnectionStatus', resource)).toBe(true);
  });
});

describe.each(PLACES)('Given a session policy for tags in $partition', (place) => {
  const ann = new Person(policyOf(place, byTag), place);

  it('When an instance carries both keys with one of the values each, Then it is allowed', () => {
    expect(ann.mayStart(NAMED, SHELL, { tags: { Team: 'web', Stage: 'test' } })).toBe(true);
    expect(ann.mayStart(NEXT, SHELL, { tags: { Team: 'shop', Stage: 'test' } })).toBe(true);
  });

  it('When a key is missing, another value or none at all, Then it is denied', () => {
    expect(ann.mayStart(NAMED, SHELL, { tags: { Team: 'web' } })).toBe(false);
    expect(ann.mayStart(NAMED, SHELL, { tags: { Team: 'web', Stage: 'live' } })).toBe(false);
    expect(ann.mayStart(NAMED, SHELL)).toBe(false);
  });

  it("When someone else's session is ended, Then it is denied", () => {
    expect(ann.mayEnd('bob-0a1b', BOB)).toBe(false);
  });

  it('When another document is used, Then it is denied', () => {
    expect(ann.mayStart(NAMED, FORWARDING, { tags: { Team: 'web', Stage: 'test' } })).toBe(false);
  });
});

describe('Given documents by name', () => {
  const [place] = PLACES as [Place];

  it('When one is AWS’s own, Then its ARN has no account, and the default is not allowed any more', () => {
    const ann = new Person(policyOf(place, byId, [FORWARDING]), place);
    expect(ann.mayStart(NAMED, FORWARDING)).toBe(true);
    expect(ann.mayStart(NAMED, SHELL)).toBe(false);
  });
});

describe('Given no account and every Region', () => {
  it('When the policy is put into an account, Then it opens the named instance there and no other', () => {
    for (const place of PLACES) {
      const ann = new Person(policyOf({ ...place, region: '*' }, byId, [SHELL], '*'), place);
      expect(ann.mayStart(NAMED, SHELL)).toBe(true);
      expect(ann.mayStart(NEXT, SHELL)).toBe(false);
    }
  });
});

describe('Given more instances than IAM takes in a managed policy', () => {
  const [place] = PLACES as [Place];
  const ids = Array.from({ length: 200 }, (_, index) => `i-${index.toString(16).padStart(17, '0')}`);
  const make = (count: number) =>
    policyOf(place, { kind: 'instances', instanceIds: ids.slice(0, count) }, [SHELL]);

  it('When the policy is made, Then one line says how many fit, and so many do', () => {
    let refused: unknown;
    try {
      make(200);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(PolicyTooLargeError);
    const { message } = refused as Error;
    expect(message).toMatch(
      /^the policy would have [\d,]+ characters, IAM takes 6,144: 200 instances are too many, \d+ of them fit; make several policies, or use a tag$/,
    );
    const fit = Number(/(\d+) of them fit/.exec(message)?.[1]);
    expect(countCharacters(documentOf(make(fit)))).toBeLessThanOrEqual(MANAGED_POLICY_CHARACTERS);
    expect(() => make(fit + 1)).toThrow(PolicyTooLargeError);
  });
});

describe('Given any statement with a wildcard resource', () => {
  it('When it is explained, Then the reason says why', () => {
    for (const nodes of [byId, byTag]) {
      for (const { statement, reason, source } of policyOf({ partition: 'aws', region: '*' }, nodes)) {
        expect(source).not.toBe('');
        if (statement.Resource.includes('*')) expect(reason).toContain('*');
      }
    }
  });
});
