/** Days and schedules as people write them into a configuration. */
import * as z from 'zod/mini';
import { show, text } from './schema-problem.ts';

const WHAT_DAY = 'a day as "YYYY-MM-DD"';

/** A day of the calendar (UTC); 2027-02-30 is none. */
export const day = text(/^\d{4}-\d{2}-\d{2}$/, WHAT_DAY).check(
  z.refine(isDay, {
    error: ({ input }) => `${show(input)} is not in the calendar; give ${WHAT_DAY}`,
  }),
);

function isDay(written: string): boolean {
  const time = Date.parse(`${written}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(written);
}

/**
 * EventBridge user guide, rate expressions: "If the value is equal to 1, then the unit must be singular. If the
 * value is greater than 1, the unit must be plural"; cron expressions: six fields, and `?` in day-of-month or
 * in day-of-week but a value or `*` in the other.
 */
export const schedule = text(
  /^(rate|cron)\(.+\)$/,
  'a schedule; use rate(...) or cron(...), e.g. "rate(1 day)" or "cron(0 3 * * ? *)"',
).check(
  z.refine((written) => isRate(written) || isCron(written), {
    error: ({ input }) =>
      `EventBridge does not know ${show(input)}; use e.g. "rate(1 day)", "rate(12 hours)" or "cron(0 3 * * ? *)" (six fields, "?" for one of the two days)`,
  }),
);

function isRate(written: string): boolean {
  return /^rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)$/.test(written);
}

function isCron(written: string): boolean {
  const fields = /^cron\((.+)\)$/.exec(written)?.[1]?.trim().split(/\s+/) ?? [];
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  return (
    fields.length === 6 &&
    [minutes, hours, year].every((field) => /^[\d,*/-]+$/.test(field)) &&
    /^[\dA-Z,*/-]+$/i.test(month) &&
    /^([\d,*/LW-]+|\?)$/i.test(dayOfMonth) &&
    /^([\dA-Z,*/#-]+|\?)$/i.test(dayOfWeek) &&
    (dayOfMonth === '?') !== (dayOfWeek === '?')
  );
}
