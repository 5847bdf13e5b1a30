/** Why a configured hub cannot be used at all: one line with its place in the configuration. */
import { describe, expect, it } from '@jest/globals';
import type { Failure } from '../../../functions/core/model/reads.ts';
import { type HubCheck, type HubSeen, hubProblem } from '../../../functions/core/network/hub-problem.ts';
import { first, HUB_ATTACHMENT, HUB_VPC, hubObservation, PROFILE, SPOKES, value } from './hub-case.ts';
import { OWNER, REGION } from './world.ts';

const failure = (kind: Failure['kind'], code = 'AccessDenied'): Failure => ({
  kind,
  action: 'sts:AssumeRole',
  code,
  message: 'not authorized',
});
const unread = (kind: Failure['kind'], code?: string) => ({
  kind: 'failed' as const,
  failure: failure(kind, code),
});
type Edit = (check: HubCheck, seen: HubSeen) => void;

function problem(edit: Edit = () => {}): string | null {
  const hub = hubObservation();
  const seen: HubSeen = {
    vpcs: hub.network.vpcs,
    foundIn: null,
    profileResources: hub.profileResources,
    attachments: hub.hubAttachments,
    associations: hub.associations,
    transitRoutes: hub.transitRoutes,
    closedOwners: [],
  };
  const check: HubCheck = { region: REGION, settings: hub.settings, uncovered: null, seen };
  edit(check, seen);
  return hubProblem(check);
}
const routed = (cidr: string, state: 'active' | 'blackhole', attachmentIds: string[]): Edit => {
  return (_check, seen) => {
    seen.transitRoutes['tgw-rtb-other'] = value([{ cidr, state, attachmentIds }]);
  };
};
const ignored: Edit = (_check, seen) => {
  first(seen.vpcs).tags = { 'dhmc-rollout': 'ignore' };
};

describe('Given a configured hub', () => {
  it.each<[string, Edit, string]>([
    [
      'the rollout does not cover its account',
      (check) => {
        check.uncovered = 'is not in the organization';
      },
      `hubs.${REGION}.account: ${OWNER} is not in the organization`,
    ],
    [
      'the role of its account cannot be assumed',
      (check) => {
        check.seen = failure('DENIED');
      },
      `hubs.${REGION}.account: the member role of ${OWNER} cannot be assumed`,
    ],
    [
      'its VPC cannot be read',
      (_check, seen) => {
        seen.vpcs = unread('DENIED');
      },
      `hubs.${REGION}.vpc: ${HUB_VPC} cannot be read in ${OWNER}`,
    ],
    [
      'its VPC does not exist',
      (_check, seen) => {
        first(seen.vpcs).vpcId = 'vpc-other';
      },
      `hubs.${REGION}.vpc: ${HUB_VPC} does not exist in ${OWNER}, ${REGION}`,
    ],
    [
      'its VPC is in another Region',
      (_check, seen) => {
        seen.vpcs = value([]);
        seen.foundIn = 'us-east-1';
      },
      `hubs.${REGION}.vpc: ${HUB_VPC} is in us-east-1, not in ${REGION}`,
    ],
    [
      'its VPC is shared with the account',
      (_check, seen) => {
        first(seen.vpcs).ownerId = '999999999999';
      },
      `hubs.${REGION}.vpc: ${HUB_VPC} is shared with ${OWNER}; name its owner 999999999999`,
    ],
    [
      'it is to be made in a VPC that is ignored',
      (check, seen) => {
        check.settings.profile = null;
        ignored(check, seen);
      },
      `hubs.${REGION}.vpc: ${HUB_VPC} carries the tag dhmc-rollout: ignore`,
    ],
    [
      'its Profile does not exist',
      (_check, seen) => {
        seen.profileResources = unread('INVALID', 'ResourceNotFoundException');
      },
      `hubs.${REGION}.profile: ${PROFILE} does not exist for ${OWNER}`,
    ],
    [
      'its Profile cannot be read',
      (_check, seen) => {
        seen.profileResources = unread('DENIED');
      },
      `hubs.${REGION}.profile: ${PROFILE} cannot be read in ${OWNER}`,
    ],
    [
      'a part of its addresses is routed elsewhere',
      routed('10.50.7.0/24', 'active', ['tgw-attach-other']),
      `hubs.${REGION}.vpc: addresses of ${HUB_VPC} (10.50.0.0/16) overlap with 10.50.7.0/24, which tgw-rtb-other routes to tgw-attach-other`,
    ],
    [
      'all of its addresses are routed elsewhere',
      routed('10.50.0.0/16', 'active', [HUB_ATTACHMENT, 'tgw-attach-other']),
      'which tgw-rtb-other routes to tgw-attach-other',
    ],
    [
      'its addresses are routed to an attachment of another VPC of its account',
      (_check, seen) => {
        first(seen.attachments).vpcId = 'vpc-other';
      },
      `which ${SPOKES} routes to ${HUB_ATTACHMENT}`,
    ],
  ])('when %s, then that is the problem', (_what, edit, sentence) => {
    expect(problem(edit)).toContain(sentence);
  });

  it.each<[string, Edit]>([
    ['everything is there', () => {}],
    [
      'its account was not entered',
      (check) => {
        check.seen = null;
      },
    ],
    [
      'its account throttles',
      (check) => {
        check.seen = failure('THROTTLED');
      },
    ],
    [
      'its account is not available for now',
      (check) => {
        check.seen = failure('UNAVAILABLE');
      },
    ],
    [
      'reading its VPC is throttled',
      (_check, seen) => {
        seen.vpcs = unread('THROTTLED');
      },
    ],
    [
      'reading its Profile is throttled',
      (_check, seen) => {
        seen.profileResources = unread('UNAVAILABLE', 'ResourceNotFoundException');
      },
    ],
    ['its VPC with a set Profile is ignored', ignored],
    [
      'it is to be made in a VPC with other tags',
      (check) => {
        check.settings.profile = null;
      },
    ],
    ['a wider route leads elsewhere', routed('10.0.0.0/8', 'active', ['tgw-attach-other'])],
    ['other addresses are routed elsewhere', routed('10.51.0.0/16', 'active', ['tgw-attach-other'])],
    ['a part of its addresses is routed nowhere', routed('10.50.7.0/24', 'blackhole', ['tgw-attach-other'])],
    ['a part of its addresses is routed to itself', routed('10.50.7.0/24', 'active', [HUB_ATTACHMENT])],
    [
      'routes could not be read',
      (_check, seen) => {
        seen.transitRoutes[SPOKES] = unread('DENIED');
      },
    ],
  ])('when %s, then nothing speaks against it', (_what, edit) => {
    expect(problem(edit)).toBeNull();
  });
});
