/** What decides which resources the service's template has. Everything else is a value within it. */

import { runMissingHours } from '../schedule-gap.ts';
import type { Settings } from '../settings.ts';

const MODES = ['off', 'assess', 'enforce'] as const;
type Mode = (typeof MODES)[number];

export interface Features {
  schedule: Mode;
  /** An alarm can watch for a run that is missing. */
  watched: boolean;
  events: Mode;
  /** Members forward what others change there. */
  memberEvents: boolean;
  securityHub: boolean;
  signReports: boolean;
  /** Ends of runs go to a topic of the configuration. */
  foreignTopic: boolean;
  fleet: boolean;
}

export function featuresOf({ configuration, ...settings }: Settings): Features {
  const { scheduledMode, accountEventMode, managementAccountId } = settings;
  const events = managementAccountId === undefined ? 'off' : accountEventMode;
  return {
    schedule: scheduledMode,
    watched: scheduledMode !== 'off' && runMissingHours(configuration.schedule) !== null,
    events,
    memberEvents: events !== 'off' && configuration.events.members === 'on',
    securityHub: settings.securityHub === 'on',
    signReports: settings.signReports === 'on',
    foreignTopic: configuration.notifications.topicArn !== null,
    fleet: configuration.fleet === 'record',
  };
}

const EVENTS = MODES.flatMap((events) =>
  (events === 'off' ? [false] : [false, true]).map((memberEvents) => ({ events, memberEvents })),
);

export function allFeatures(): Features[] {
  const both = [false, true];
  return MODES.flatMap((schedule) =>
    (schedule === 'off' ? [false] : both).flatMap((watched) =>
      EVENTS.flatMap((events) =>
        both.flatMap((securityHub) =>
          both.flatMap((signReports) =>
            both.flatMap((foreignTopic) =>
              both.map((fleet) => ({
                schedule,
                watched,
                ...events,
                securityHub,
                signReports,
                foreignTopic,
                fleet,
              })),
            ),
          ),
        ),
      ),
    ),
  );
}

export function keyOf({ schedule, watched, events, ...switches }: Features): string {
  const on = Object.entries(switches).flatMap(([name, value]) => (value ? [name] : []));
  return [`schedule-${schedule}${watched ? '-watched' : ''}`, `events-${events}`, ...on.sort()].join(' ');
}
