/** What a deployment would take away or change of what is deployed, from the two templates. */

export interface Template {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}

export interface TemplateDifferences {
  /** `type logical id`, sorted. */
  removed: string[];
  added: string[];
  /** Sentences: what the schedule and account events would do from now on. */
  behavior: string[];
}

export function compareTemplates(deployed: Template, next: Template): TemplateDifferences {
  return {
    removed: namesMissing(deployed, next),
    added: namesMissing(next, deployed),
    behavior: [
      ...changesOf('The schedule', scheduledMode(deployed), scheduledMode(next)),
      ...changesOf('The time of the schedule', scheduleOf(deployed), scheduleOf(next)),
      ...changesOf('An account event', eventMode(deployed), eventMode(next)),
    ],
  };
}

/** A resource whose type changed under its id is replaced: what was there is gone. */
function namesMissing(one: Template, other: Template): string[] {
  return Object.entries(one.Resources)
    .filter(([id, { Type }]) => other.Resources[id]?.Type !== Type)
    .map(([id, { Type }]) => `${Type} ${id}`)
    .sort();
}

function changesOf(what: string, before: string | null, after: string | null): string[] {
  if (before === after) return [];
  const said = (value: string | null) => value ?? 'nothing';
  return [`${what}: ${said(before)} now, ${said(after)} after.`];
}

function propertiesOf(template: Template, type: string): Record<string, unknown>[] {
  return Object.values(template.Resources).flatMap(({ Type, Properties = {} }) =>
    Type === type ? [Properties] : [],
  );
}

function scheduledMode(template: Template): string | null {
  const [schedule] = propertiesOf(template, 'AWS::Scheduler::Schedule');
  const { Input } = (schedule?.Target ?? {}) as { Input?: unknown };
  return typeof Input === 'string' ? (/"mode":"(\w+)"/.exec(Input)?.[1] ?? null) : null;
}

function scheduleOf(template: Template): string | null {
  const [schedule] = propertiesOf(template, 'AWS::Scheduler::Schedule');
  if (!schedule) return null;
  return `${String(schedule.ScheduleExpression)} ${String(schedule.ScheduleExpressionTimezone ?? '')}`.trim();
}

function eventMode(template: Template): string | null {
  for (const { Environment } of propertiesOf(template, 'AWS::Lambda::Function')) {
    const { Variables } = (Environment ?? {}) as { Variables?: Record<string, unknown> };
    if (typeof Variables?.EVENT_MODE === 'string') return Variables.EVENT_MODE;
  }
  return null;
}
