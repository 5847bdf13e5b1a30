/** A VPC with endpoints of ours moves to its hub, a step a pass. */
import { describe, expect, it } from '@jest/globals';
import { MANAGED_TAG } from '../../../functions/core/tags.ts';
import {
  associated,
  byZones,
  type Edit,
  first,
  HUB_VPC,
  hubCaseOf,
  hubZone,
  judgeCase,
  list,
  made,
  newAgent,
  PROFILE,
  value,
  zoneOf,
} from './hub-case.ts';
import { failed } from './observe.ts';
import { endpoints, instance } from './steps.ts';
import { INSTANCE, NEW_AGENT, OWNER, type Step, SUBNET_A, SUBNET_C, VPC } from './world.ts';

const SSM = 'vpce-00000000000000003';
const SSMMESSAGES = 'vpce-0000000000000000b';
const GROUP_OF_OURS = 'sg-0000000000000000e';
const ours = endpoints(['ssm', 'ssmmessages'], { tags: { [MANAGED_TAG]: 'true' } });

const stepwise: Edit = (one) => {
  one.migrate = 'stepwise';
  one.journalled.push(SSM, SSMMESSAGES, GROUP_OF_OURS);
};
const shown: Edit = (one) => {
  one.migrate = 'shown';
};
const off: Edit = ({ spoke }) => {
  for (const endpoint of list(spoke.endpoints)) endpoint.privateDns = false;
};
const online: Edit = ({ spoke }) => {
  for (const one of spoke.instances) one.online = true;
};
const unattached: Edit = ({ hub }) => {
  hub.spokeAttachments = value([]);
};

function move(...edits: Edit[]) {
  return moveWith([], ...edits);
}
function moveWith(steps: Step[], ...edits: Edit[]) {
  const { changes, reasons, findings, spoke } = judgeCase(
    hubCaseOf([ours, ...steps], newAgent, stepwise, ...edits),
  );
  return {
    all: changes,
    changes: changes.map(({ action, resource }) =>
      action.kind === 'ModifyInterfaceEndpoint'
        ? `${action.kind} ${resource} ${action.privateDns}`
        : `${action.kind} ${resource}`,
    ),
    reasons,
    sentence: findings.find(({ code }) => code === 'CENTRAL_MOVING')?.sentence,
    spoke,
  };
}

const DNS_OFF = [`ModifyInterfaceEndpoint ${SSM} false`, `ModifyInterfaceEndpoint ${SSMMESSAGES} false`];
const DNS_ON = [`ModifyInterfaceEndpoint ${SSM} true`, `ModifyInterfaceEndpoint ${SSMMESSAGES} true`];
const REMOVED = [`DeleteInterfaceEndpoint ${SSM}`, `DeleteInterfaceEndpoint ${SSMMESSAGES}`];

describe('Given a VPC with endpoints of ours that moves to a hub by Profile', () => {
  it('when nothing was done yet, then the Profile is associated first', () => {
    const { changes, reasons, sentence, spoke } = move();
    expect(changes).toEqual([`AssociateProfile ${VPC}/${PROFILE}`]);
    expect(reasons).toEqual(['CENTRAL_MOVING']);
    expect(sentence).toBe('The VPC moves to the hub. Its Profile is associated first.');
    expect(spoke).toEqual({
      state: 'PLANNED',
      services: ['ssm', 'ssmmessages'],
      zoneIds: ['apne1-az4'],
      instances: 1,
      ownMonthlyUsd: 20.44,
      hub: { account: OWNER, vpcId: HUB_VPC, monthlyUsd: 61.32, gigabytesPerInstance: 1, names: 'profile' },
    });
  });

  it('when the Profile is associated, then private DNS of the own endpoints goes off', () => {
    const { all, changes, reasons } = move(associated);
    expect(changes).toEqual(DNS_OFF);
    expect(reasons).toEqual(['CENTRAL_MOVING']);
    const nothing = { addSubnetIds: [], removeSubnetIds: [], addGroups: [], removeGroups: [] };
    expect(all[0]).toMatchObject({
      action: { ...nothing, endpointId: SSM, privateDns: false },
      expected: { subnetIds: [SUBNET_A], groupIds: [GROUP_OF_OURS], privateDns: true },
      inverse: { ...nothing, endpointId: SSM, privateDns: true },
      monthlyCostUsd: 0,
    });
  });

  it('when private DNS of one is off already, then that of the other goes off', () => {
    const one: Edit = ({ spoke }) => {
      first(spoke.endpoints).privateDns = false;
    };
    expect(move(associated, one).changes).toEqual([`ModifyInterfaceEndpoint ${SSMMESSAGES} false`]);
  });

  it('when private DNS is off and no instance was seen Online yet, then the move waits', () => {
    const { changes, reasons, sentence } = move(associated, off);
    expect(changes).toEqual([]);
    expect(reasons).toEqual(['CENTRAL_MOVING']);
    expect(sentence).toContain('seen Online through the hub yet');
  });

  it('when every instance was seen Online by the hub, then the own endpoints are deleted', () => {
    const { changes, sentence } = move(associated, off, online);
    expect(changes).toEqual(REMOVED);
    expect(sentence).toContain('Its own endpoints are deleted.');
  });

  it('when only one of two instances was seen Online, then nothing is deleted', () => {
    const second = instance({ id: 'i-2', subnet: SUBNET_C, agent: NEW_AGENT });
    const firstOnline: Edit = ({ spoke }) => {
      const [one] = spoke.instances;
      if (one) one.online = true;
    };
    expect(moveWith([second], associated, off, firstOnline).changes).toEqual([]);
  });

  it('when the way is lost after the second step, then private DNS comes back', () => {
    for (const lost of [associated, (one: Parameters<Edit>[0]) => one]) {
      const { changes, spoke, reasons } = move(lost, off, unattached);
      expect(changes).toEqual(DNS_ON);
      expect(spoke).toMatchObject({ state: 'OWN', why: expect.stringContaining('no attachment') });
      expect(reasons).not.toContain('CENTRAL_MOVING');
    }
  });

  it('when an instance has no path by the hub though the way is open, then private DNS comes back', () => {
    // By what the account reads of it, the Profile holds nothing; by what the hub reads, all.
    const empty: Edit = ({ spoke }) => {
      spoke.profileResources[PROFILE] = value([]);
    };
    const { changes, spoke } = move(associated, off, empty);
    expect(changes).toEqual(DNS_ON);
    expect(spoke?.why).toContain(`${INSTANCE} has no path through the hub (ENDPOINT_PRIVATE_DNS_OFF)`);
  });

  it('when the VPC does not reach the hub, then it stays, and its result says why', () => {
    const { changes, spoke, reasons } = move(unattached);
    expect({ changes, reasons }).toEqual({ changes: [], reasons: [] });
    expect(spoke).toMatchObject({ state: 'OWN', why: expect.stringContaining('no attachment') });
  });

  it('when a zone of others holds a name besides, then it stays', () => {
    const foreign: Edit = ({ spoke }) => {
      list(spoke.hostedZones[VPC]).push({
        hostedZoneId: 'ZOTHER',
        name: hubZone('ssm').domain,
        owningAccount: OWNER,
        owningService: null,
      });
    };
    expect(move(foreign).spoke).toMatchObject({ state: 'OWN', why: 'Another holder answers for ssm.' });
  });

  it('when the hub is made and not there yet, then the move waits', () => {
    const { changes, sentence } = move(made, ({ hub }) => {
      hub.profileId = null;
      hub.profileResources = value([]);
    });
    expect(changes).toEqual([]);
    expect(sentence).toContain(`The hub ${HUB_VPC} has no endpoint for ssm in its Profile yet.`);
  });

  it('when the plan is only shown, then it has all steps', () => {
    const { changes, reasons } = move(shown);
    expect(changes).toEqual([`AssociateProfile ${VPC}/${PROFILE}`, ...DNS_OFF, ...REMOVED]);
    expect(reasons).toEqual([]);
    expect(move(shown, associated, off).changes).toEqual(REMOVED);
  });

  it('when the VPC is the hub, or has no endpoints of ours, or the hub was not read, then nothing moves', () => {
    expect(move(({ hub }) => Object.assign(hub.settings, { vpc: VPC })).changes).toEqual([]);
    expect(move((one) => one.journalled.splice(0)).reasons).not.toContain('CENTRAL_MOVING');
    expect(move((one) => Object.assign(one, { read: { kind: 'absent' } })).changes).toEqual([]);
  });
});

describe('Given a VPC with endpoints of ours that moves to a hub by zones', () => {
  const holds = (...names: ('ssm' | 'ssmmessages')[]): Edit => {
    return (one) => {
      for (const name of names) {
        zoneOf(name)(one);
        const endpoint = list(one.spoke.endpoints).find(({ serviceName }) =>
          serviceName.endsWith(`.${name}`),
        );
        if (endpoint) endpoint.privateDns = false;
      }
    };
  };

  it('when nothing was done yet, then name after name is taken, with what undoes it', () => {
    const { all, changes, sentence, spoke } = move(byZones);
    expect(changes).toEqual([
      DNS_OFF[0],
      `AssociateHubZone ${VPC}/ZSSM`,
      DNS_OFF[1],
      `AssociateHubZone ${VPC}/ZSSMMESSAGES`,
    ]);
    expect(all.map(({ undoes }) => undoes)).toEqual([undefined, all[0]?.id, undefined, all[2]?.id]);
    // A minute for the zone, and half a minute for each of two names.
    expect(spoke).toMatchObject({ state: 'PLANNED', windowSeconds: 120 });
    expect(sentence).toContain('for up to 120 s');
  });

  it('when one name has moved, then the other follows', () => {
    const { changes, spoke } = move(byZones, holds('ssm'));
    expect(changes).toEqual([DNS_OFF[1], `AssociateHubZone ${VPC}/ZSSMMESSAGES`]);
    expect(spoke).toMatchObject({ windowSeconds: 90 });
  });

  it('when it was interrupted between both steps, then private DNS comes back first', () => {
    const { changes, sentence, spoke } = move(byZones, off);
    expect(changes).toEqual(DNS_ON);
    expect(sentence).toContain('an interrupted step left off');
    expect(spoke).toMatchObject({ windowSeconds: 120 });
  });

  it('when it was interrupted and an endpoint is pending, then that waits', () => {
    const pending: Edit = ({ spoke }) => {
      first(spoke.endpoints).state = 'pending';
    };
    expect(move(byZones, off, pending).changes).toEqual([DNS_ON[1]]);
  });

  it('when the hub has not authorized the VPC yet, then it waits and nothing goes off', () => {
    const { changes, sentence } = move(byZones, ({ hub }) => {
      for (const zone of list(hub.zones)) zone.authorized = [];
    });
    expect(changes).toEqual([]);
    expect(sentence).toContain('The hub has not authorized the VPC for ssm.');
  });

  it('when all names have moved, then it waits for the instances, and then the endpoints are deleted', () => {
    const waiting = move(byZones, holds('ssm', 'ssmmessages'));
    expect(waiting.changes).toEqual([]);
    expect(waiting.sentence).toContain('seen Online through the hub yet');
    expect(waiting.spoke).not.toHaveProperty('windowSeconds');
    const { all, changes } = move(byZones, holds('ssm', 'ssmmessages'), online);
    expect(changes).toEqual(REMOVED);
    // The zone holds the name until it is gone: brought back, they are without it.
    expect(all.map(({ inverse }) => inverse)).toMatchObject([{ privateDns: false }, { privateDns: false }]);
  });

  it('when the plan is only shown, then it has all steps', () => {
    const { changes, reasons, spoke } = move(byZones, shown);
    expect(changes).toEqual([
      DNS_OFF[0],
      `AssociateHubZone ${VPC}/ZSSM`,
      DNS_OFF[1],
      `AssociateHubZone ${VPC}/ZSSMMESSAGES`,
      ...REMOVED,
    ]);
    expect(reasons).toEqual([]);
    expect(spoke).toMatchObject({ windowSeconds: 120 });
  });

  it('when it is only shown after an interruption, then the zones are shown', () => {
    expect(move(byZones, shown, off).changes).toEqual([
      `AssociateHubZone ${VPC}/ZSSM`,
      `AssociateHubZone ${VPC}/ZSSMMESSAGES`,
      ...REMOVED,
    ]);
  });

  it('when the way is lost, then each zone goes and private DNS of its name comes back', () => {
    const { changes, spoke } = move(byZones, holds('ssm'), unattached);
    expect(changes).toEqual([`DisassociateHubZone ${VPC}/ZSSM`, DNS_ON[0]]);
    expect(spoke).toMatchObject({ state: 'OWN', why: expect.stringContaining('no attachment') });
  });

  it('when the way is lost after an interruption, then private DNS comes back without a zone to end', () => {
    expect(move(byZones, off, unattached).changes).toEqual(DNS_ON);
  });

  it('when the way is lost and an endpoint is not available, then its zone stays', () => {
    const pending: Edit = ({ spoke }) => {
      first(spoke.endpoints).state = 'pending';
    };
    expect(move(byZones, holds('ssm'), pending, unattached).changes).toEqual([]);
  });

  it('when the way could not be read, then nothing is given back', () => {
    const unread: Edit = ({ hub }) => {
      hub.spokeAttachments = failed('ec2:DescribeTransitGatewayVpcAttachments');
    };
    const { changes, spoke } = move(byZones, holds('ssm'), unread);
    expect(changes).toEqual([]);
    expect(spoke).toMatchObject({ state: 'OWN' });
  });

  it('when a zone of others holds a name besides, then it stays', () => {
    const foreign: Edit = ({ spoke }) => {
      list(spoke.hostedZones[VPC]).push({
        hostedZoneId: 'ZOTHER',
        name: hubZone('ssmmessages').domain,
        owningAccount: OWNER,
        owningService: null,
      });
    };
    expect(move(byZones, foreign).spoke).toMatchObject({
      state: 'OWN',
      why: 'Another holder answers for ssmmessages.',
    });
  });
});
