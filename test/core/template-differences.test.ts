/** What a deployment would take away of what is deployed. */
import { describe, expect, it } from '@jest/globals';
import { compareTemplates, type Template } from '../../functions/core/template-differences.ts';

function service(mode: string | null, more: Template['Resources'] = {}): Template {
  const Input = `{"mode":"${mode}","trigger":"schedule"}`;
  const schedule = {
    ScheduleExpression: 'rate(1 day)',
    ScheduleExpressionTimezone: 'UTC',
    Target: { Input },
  };
  return {
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table' },
      ...(mode === null ? {} : { Schedule: { Type: 'AWS::Scheduler::Schedule', Properties: schedule } }),
      ...more,
    },
  };
}

const events = (EVENT_MODE: string) => ({
  OnAccountEvent: {
    Type: 'AWS::Lambda::Function',
    Properties: { Environment: { Variables: { EVENT_MODE } } },
  },
});

describe('Given the template that is deployed and the next one', () => {
  it('When they are alike, Then nothing is removed and nothing behaves otherwise', () => {
    const same = service('enforce', events('enforce'));
    expect(compareTemplates(same, same)).toEqual({ removed: [], added: [], behavior: [] });
  });

  it('When settings were left out, Then what goes is named, and what the schedule does from then on', () => {
    const { removed, added, behavior } = compareTemplates(
      service('enforce', events('enforce')),
      service('assess', { Topic: { Type: 'AWS::SNS::Topic' } }),
    );
    expect(removed).toEqual(['AWS::Lambda::Function OnAccountEvent']);
    expect(added).toEqual(['AWS::SNS::Topic Topic']);
    expect(behavior).toEqual([
      'The schedule: enforce now, assess after.',
      'An account event: enforce now, nothing after.',
    ]);
  });

  it('When the schedule goes or is another time, Then that is said', () => {
    expect(compareTemplates(service('assess'), service(null)).behavior).toEqual([
      'The schedule: assess now, nothing after.',
      'The time of the schedule: rate(1 day) UTC now, nothing after.',
    ]);
  });

  it('When a resource is of another type under its id, Then it counts as removed', () => {
    const other = service('assess', { Table: { Type: 'AWS::DynamoDB::GlobalTable' } });
    expect(compareTemplates(service('assess'), other).removed).toEqual(['AWS::DynamoDB::Table Table']);
  });
});
