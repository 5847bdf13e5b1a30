/**
 * The least that a person needs for Remote Desktop in Fleet Manager on given instances. Source: Systems Manager
 * user guide, fleet-manager-remote-desktop-connections.
 *
 * Left out of AWS's sample on purpose: `ssm:GetCommandInvocation` (it reads the output of any command of the
 * account), `ssm:GetInventorySchema` and `ssm-guiconnect:ListConnections` (lists, with the ids of other people's
 * connections). What IAM Identity Center sign-in needs beyond (`ssm:SendCommand` of AWSSSO-CreateSSOUser) makes
 * a local administrator on the instance, so it is left to its own decision.
 */
import {
  type AccessRequest,
  documentArn,
  instanceArns,
  refuseTooLarge,
  tagConditions,
} from './access-request.ts';
import { ownSessionStatements } from './own-sessions.ts';
import type { ReasonedStatement } from './policy-document.ts';
import { conditionOf, DOCUMENT_CHECK, whereTagged } from './session-policy.ts';

const RDP_DOCUMENT = 'AWS-StartPortForwardingSession';
const SOURCE = 'Systems Manager user guide, fleet-manager-remote-desktop-connections';

/**
 * Fleet Manager calls on the person's behalf: the same session can't be started directly, where it could forward
 * any port. (That China has the same service name is unverified.)
 */
const THROUGH_FLEET_MANAGER = {
  'ForAnyValue:StringEquals': { 'aws:CalledVia': 'ssm-guiconnect.amazonaws.com' },
};

/** @throws {PolicyTooLargeError} */
export function rdpPolicy(request: AccessRequest): ReasonedStatement[] {
  return refuseTooLarge(request, rdpStatements);
}

function rdpStatements(request: AccessRequest): ReasonedStatement[] {
  const tagged = tagConditions(request.nodes, 'aws:ResourceTag/');
  return [
    {
      statement: {
        Sid: 'StartRemoteDesktopOnNodes',
        Effect: 'Allow',
        Action: ['ssm:StartSession'],
        Resource: instanceArns(request),
        Condition: { ...whereTagged(request), ...THROUGH_FLEET_MANAGER, ...DOCUMENT_CHECK },
      },
      reason:
        'Fleet Manager carries the desktop over a session: on these instances only, and only through Fleet Manager',
      source: `${SOURCE}; getting-started-specify-session-document`,
    },
    {
      statement: {
        Sid: 'UsePortForwardingDocument',
        Effect: 'Allow',
        Action: ['ssm:StartSession'],
        Resource: [documentArn(request, RDP_DOCUMENT)],
        Condition: { ...THROUGH_FLEET_MANAGER, ...DOCUMENT_CHECK },
      },
      reason: 'the one document that Remote Desktop uses; AWS’s own, so its ARN has no account',
      source: SOURCE,
    },
    {
      statement: {
        Sid: 'ConnectInFleetManager',
        Effect: 'Allow',
        Action: [
          'ssm-guiconnect:StartConnection',
          'ssm-guiconnect:GetConnection',
          'ssm-guiconnect:CancelConnection',
        ],
        Resource: ['*'],
      },
      reason:
        '* because GUI Connect knows neither resources nor condition keys; a connection is started only where the statements above allow its session, and whoever learns the id of another’s connection could cancel it',
      source: `${SOURCE}; Service Authorization Reference, ssm-guiconnect`,
    },
    ...ownSessionStatements(request),
    {
      statement: {
        Sid: 'ReadWindowsPassword',
        Effect: 'Allow',
        Action: ['ec2:GetPasswordData'],
        Resource: instanceArns(request),
        ...conditionOf(Object.keys(tagged).length > 0 ? { StringEquals: tagged } : {}),
      },
      reason:
        'signing in with the instance’s key pair; can be left out where people have Windows credentials',
      source: `${SOURCE}; Service Authorization Reference, ec2`,
    },
    {
      statement: {
        Sid: 'ListForConsole',
        Effect: 'Allow',
        Action: ['ssm:DescribeInstanceProperties', 'ec2:DescribeInstances'],
        Resource: ['*'],
      },
      reason: 'what the console lists. * because neither action knows a resource',
      source: `${SOURCE}; Service Authorization Reference, ssm and ec2`,
    },
  ];
}
