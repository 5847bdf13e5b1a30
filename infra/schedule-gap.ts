/** Hours between two runs of a schedule, at most, from the forms that EventBridge Scheduler knows. */

const HOURS = { minute: 1 / 60, hour: 1, day: 24 } as const;
const WEEK = 7 * 24;
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A run may take this long, and still be no missing one. */
const LONGEST_RUN_HOURS = 6;
/** CloudWatch evaluates seven days at most where a period is an hour (alarms guide, "Evaluating an alarm"). */
const LONGEST_WATCH_HOURS = 7 * 24;

/** Hours without a full run after which one is missing; null where no alarm can watch for that. */
export function runMissingHours(expression: string): number | null {
  const gap = longestGapHours(expression);
  const hours = Math.ceil((gap ?? LONGEST_WATCH_HOURS) + LONGEST_RUN_HOURS);
  return gap === null || hours > LONGEST_WATCH_HOURS ? null : hours;
}

/** null where it can't be derived from the form alone (days of a month, a year): then nothing can watch for it. */
export function longestGapHours(expression: string): number | null {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit in HOURS) return Number(count) * HOURS[unit as keyof typeof HOURS];
  const [, fields = ''] = /^cron\((.*)\)$/.exec(expression) ?? [];
  const [, , dayOfMonth = '', month = '', dayOfWeek = '', year = '*'] = fields.trim().split(/\s+/);
  const any = (field: string) => field === '*' || field === '?';
  if (!any(dayOfMonth) || !any(month) || !any(year)) return null;
  return any(dayOfWeek) ? 24 : weeklyGap(dayOfWeek.toUpperCase());
}

/** `MON-FRI`, `SUN,WED`, `2-6` (1 is Sunday). */
function weeklyGap(field: string): number | null {
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [first, last = first] = part.split('-').map(dayNumber);
    if (first === undefined || last === undefined || first < 0 || last < 0) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  const sorted = [...days].sort((a, b) => a - b);
  const gaps = sorted.map((day, index) => ((sorted[index + 1] ?? (sorted[0] ?? 0) + 7) - day) * 24);
  return Math.min(Math.max(...gaps), WEEK);
}

/** 0 is Sunday; -1 where it is no day. */
function dayNumber(name: string): number {
  return /^[1-7]$/.test(name) ? Number(name) - 1 : DAYS.indexOf(name);
}
