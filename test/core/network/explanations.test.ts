/** Every network case as it is explained, found and planned, in other settings too: word by word, as recorded. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { chainOf } from '../../../functions/core/instances/chain.ts';
import { judgeInstance } from '../../../functions/core/instances/judge-instance.ts';
import { explainVpc } from '../../../functions/core/network/explain.ts';
import type { NetworkSettings } from '../../../functions/core/network/network-settings.ts';
import { endpointPrice } from '../../../functions/core/network/prices.ts';
import type { VpcVerdict } from '../../../functions/core/network/vpc-verdict.ts';
import { awaitedRole } from '../../../functions/core/results.ts';
import { desiredRole } from '../../../functions/core/role.ts';
import { aConfiguration, aSetting } from '../builders.ts';
import { ALL_ALLOWED, aContext, anInstance } from '../instances/builders.ts';
import { recorded } from '../recorded.ts';
import { judge, type NetworkCase } from './case.ts';
import { CASES } from './cases.ts';
import { REGION } from './world.ts';

const VARIANTS: Record<string, Partial<NetworkSettings>> = {
  'as the case has it': {},
  'endpoints report, private': { endpoints: 'report', path: 'private' },
  'endpoints provision, every zone, own policy, DNS': {
    endpoints: 'provision',
    endpointZones: 'all',
    endpointPolicy: 'organization',
    enableVpcDns: true,
    endpointsInDnsHubs: true,
    ec2messages: 'always',
    resourceTags: { team: 'network' },
    maxMonthlyUsdPerVpc: 40,
  },
};
const file = recorded('network-explanations');
afterAll(() => file.keep());

function answerOf(one: NetworkCase, settings: Partial<NetworkSettings>): string[] {
  const verdict = judge({ ...one, settings: { ...one.settings, ...settings } });
  return [
    ...explainVpc(verdict, endpointPrice(REGION, {})),
    ...verdict.findings.map(({ code, subject }) => `${code} on ${subject}`),
    ...verdict.endpoints.map((each) => JSON.stringify(each)),
    ...verdict.changes.map(({ action, expected, resource, monthlyCostUsd }) =>
      JSON.stringify({ resource, action, expected, monthlyCostUsd }),
    ),
    JSON.stringify([verdict.isOwnerHidden, verdict.currentMonthlyUsd, verdict.spoke, verdict.need]),
    ...chains(verdict),
  ];
}

/** Of the first client: the chain of its instance. */
function chains({ clients }: VpcVerdict): string[] {
  const path = clients[0] ?? null;
  const instance = anInstance();
  const chain = chainOf({
    instance,
    verdict: judgeInstance(instance, aContext()),
    path,
    shared: false,
    profile: null,
    setting: { kind: 'value', value: aSetting('service-role/x') },
    role: awaitedRole(desiredRole(aConfiguration(), 'aws', '111122223333')),
    dhmcInPlace: true,
    dhmcQuestions: [],
    dhmcPermissions: ALL_ALLOWED,
  });
  return chain.map(({ link, state, evidence }) => `${link} ${state} ${evidence.join(' ')}`);
}

describe.each(Object.entries(VARIANTS))('Given a network case, with settings %s', (variant, settings) => {
  it.each(CASES.map((one) => [one.name, one] as const))(
    'When it is explained: %s, Then as recorded',
    (name, one) => {
      const answer = answerOf(one, settings);
      expect(answer).toEqual(file.of(`${variant}: ${name}`, answer));
    },
  );
});
