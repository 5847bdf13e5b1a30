/** What the alarm of the dead-letter queue says: the features that are deployed, no others. */

export interface DeadLetterSources {
  accountEvents: boolean;
  securityHub: boolean;
}

export function describeDeadLetters({ accountEvents, securityHub }: DeadLetterSources): string {
  const events = 'Account events could not be handled.';
  const findings = 'Findings could not be imported into Security Hub.';
  if (accountEvents && securityHub)
    return `${events.slice(0, -1)}, or findings not imported into Security Hub.`;
  return accountEvents ? events : findings;
}
