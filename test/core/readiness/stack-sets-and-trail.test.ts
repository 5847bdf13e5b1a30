import { describe, expect, it } from '@jest/globals';
import { judgeStackSets, type StackSetsView } from '../../../functions/core/readiness/stack-sets.ts';
import { judgeTrail, type Trail, type TrailView } from '../../../functions/core/readiness/trail.ts';
import { aFailure } from '../organization-builders.ts';

const stackSets = (given: Partial<StackSetsView> = {}) =>
  judgeStackSets({
    vantage: 'management',
    access: { kind: 'value', value: true },
    administrators: [],
    caller: 'SELF',
    rolesDeployed: null,
    ...given,
  });

describe('Given the trusted access of StackSets', () => {
  it('When the account may not ask for it, Then nothing is said, and who may ask is', () => {
    const finding = stackSets({ access: null });
    expect(finding).toMatchObject({ check: 'StackSets', status: 'skipped' });
    expect(finding.fix).toContain('management account');
  });

  it('When the read failed, Then the action is named', () => {
    const failure = aFailure({ action: 'organizations:ListAWSServiceAccessForOrganization' });
    const finding = stackSets({ access: { kind: 'failed', failure } });
    expect(finding.status).toBe('skipped');
    expect(finding.fix).toContain('organizations:ListAWSServiceAccessForOrganization');
  });

  it.each([
    ['off', { kind: 'value', value: false }, null, 'failed', /bring no roles/],
    ['not there', { kind: 'absent' }, null, 'failed', /bring no roles/],
    ['off, and the roles lack', { kind: 'value', value: false }, false, 'failed', /bring no roles/],
    [
      'off, and the roles are there',
      { kind: 'value', value: false },
      true,
      'warning',
      /something else deploys/,
    ],
  ] as const)('When it is %s, Then the check is right', (_what, access, rolesDeployed, status, found) => {
    const finding = stackSets({ access, rolesDeployed });
    expect(finding.status).toBe(status);
    expect(finding.found).toMatch(found);
    expect(finding.command).toBe('aws cloudformation activate-organizations-access');
  });

  it('When a delegated administrator is to make the StackSet and there is none, Then it has to be registered', () => {
    const finding = stackSets({ caller: 'DELEGATED_ADMIN' });
    expect(finding.status).toBe('failed');
    expect(finding.command).toContain(
      '--service-principal member.org.stacksets.cloudformation.amazonaws.com',
    );
  });

  it.each([
    ['SELF', [], /^They have trusted access. The StackSet is made in the management account. Left to/],
    ['SELF', ['100000000002'], /The StackSet is made in the management account/],
    ['DELEGATED_ADMIN', ['100000000002', '100000000003'], /100000000002, 100000000003 makes the StackSet/],
    ['DELEGATED_ADMIN', null, /A delegated administrator makes the StackSet/],
  ] as const)(
    'When %s makes it (%j), Then it is ok and says who, and what is left',
    (caller, administrators, found) => {
      const finding = stackSets({ caller, administrators });
      expect(finding).toMatchObject({ status: 'ok', fix: null });
      expect(finding.found).toMatch(found);
      expect(finding.found).toContain('dhmc template management-role');
    },
  );
});

const aTrail = (given: Partial<Trail> = {}): Trail => ({
  name: 'organization',
  isOrganizationTrail: true,
  isLogging: true,
  logsManagementWrites: true,
  ...given,
});
const trail = (trails: Trail[], given: Partial<TrailView> = {}) =>
  judgeTrail({
    vantage: 'management',
    accountEvents: true,
    region: 'us-east-1',
    trails: { kind: 'value', value: trails },
    ...given,
  });

describe('Given the trails that account events need', () => {
  it('When account events are off, Then none is needed, whatever was read', () => {
    const failure = aFailure();
    const finding = trail([], { accountEvents: false, trails: { kind: 'failed', failure } });
    expect(finding).toMatchObject({ check: 'trail', status: 'ok', fix: null });
  });

  it.each([true, null])(
    'When the read failed and accountEvents is %s, Then the action is named',
    (accountEvents) => {
      const failure = aFailure({ action: 'cloudtrail:DescribeTrails' });
      const finding = trail([], { accountEvents, trails: { kind: 'failed', failure } });
      expect(finding).toMatchObject({ status: 'skipped' });
      expect(finding.fix).toContain('cloudtrail:DescribeTrails');
    },
  );

  it.each([
    ['logs', [aTrail()], 'organization logs management events of us-east-1.'],
    [
      'is the management account’s own',
      [aTrail({ isOrganizationTrail: false, name: 'own' })],
      'own logs management events of us-east-1.',
    ],
    [
      'hides its selectors',
      [aTrail({ logsManagementWrites: null })],
      'organization logs management events of us-east-1. Its event selectors may not be read from here.',
    ],
    [
      'logs, beside one that is stopped and one that leaves writes out',
      [
        aTrail({ name: 'a', isLogging: false }),
        aTrail({ name: 'b', logsManagementWrites: false }),
        aTrail({ name: 'c' }),
      ],
      'c logs management events of us-east-1.',
    ],
  ])('When one %s, Then the check is ok', (_what, trails, found) => {
    expect(trail(trails)).toEqual({ check: 'trail', status: 'ok', found, fix: null });
  });

  it.each([
    ['there is none', [], /^None logs management events of us-east-1/, /^aws cloudtrail create-trail/],
    [
      'one leaves writes out',
      [aTrail({ logsManagementWrites: false })],
      /^organization does not log management events, writes included, so/,
      /^aws cloudtrail create-trail/,
    ],
    [
      'one is stopped',
      [aTrail({ logsManagementWrites: false, name: 'a' }), aTrail({ name: 'b', isLogging: false })],
      /^a does not log .*; b is not logging, so account events never arrive.$/,
      /^aws cloudtrail start-logging --name b --region us-east-1$/,
    ],
  ])('When %s, Then it fails, with the command that helps', (_what, trails, found, command) => {
    const finding = trail(trails);
    expect(finding.status).toBe('failed');
    expect(finding.found).toMatch(found);
    expect(finding.command).toMatch(command);
  });

  it('When no trail was found at all, Then it is as with none', () => {
    expect(trail([], { trails: { kind: 'absent' } }).found).toMatch(/^None logs/);
  });

  it.each([
    [
      'no trail of the organization',
      [aTrail({ isOrganizationTrail: false })],
      /^No trail of the organization covers us-east-1\. The management account may/,
    ],
    [
      'a stopped one',
      [aTrail({ isLogging: false })],
      /^organization is not logging, so account events never arrive\. The management/,
    ],
  ])(
    'When a member sees %s, Then nothing is said of the management account’s own',
    (_what, trails, found) => {
      const finding = trail(trails, { vantage: 'operator' });
      expect(finding.status).toBe('skipped');
      expect(finding.found).toMatch(found);
    },
  );

  it('When a member sees the organization’s trail logging, Then the check is ok', () => {
    expect(trail([aTrail()], { vantage: 'operator' }).status).toBe('ok');
  });
});
