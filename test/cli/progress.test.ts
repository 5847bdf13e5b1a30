import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CLEAR_LINE } from '../../cli/terminal/clean-output.ts';
import { createProgress } from '../../cli/terminal/progress.ts';

const SETTLE = { pass: 2, passes: 4, secondsAtMost: 3_000 };

function watch(drawn: boolean) {
  let text = '';
  const write = (part: string) => {
    text += part;
    return true;
  };
  const stream = { write } as unknown as NodeJS.WriteStream;
  const terminal = { stream, width: 120, paint: (_: unknown, words: string) => words };
  const progress = createProgress(terminal, { label: 'enforce', drawn, jumps: false });
  progress.onProgress({ kind: 'started', runId: 'run-1', accounts: 12, regions: 3 });
  return { progress, shown: () => text.split(CLEAR_LINE).at(-1) ?? '' };
}

describe('Given a run that waits before a settle pass', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('When it is off a terminal, Then one line says how long, which pass, and how long at most in all', () => {
    const { progress, shown } = watch(false);
    progress.onProgress({ kind: 'waiting', seconds: 300, settle: SETTLE });
    progress.end();
    expect(shown()).toContain('enforce: waiting 300 s until settle pass 2 of 4 (50 min at most in all)\n');
  });

  it('When it is on a terminal, Then the line counts down, until the wait is over', () => {
    const { progress, shown } = watch(true);
    progress.onProgress({ kind: 'waiting', seconds: 300, settle: SETTLE });
    jest.advanceTimersByTime(2_200);
    expect(shown()).toContain('4:58 until settle pass 2 of 4 (50 min at most in all)');
    jest.advanceTimersByTime(60_000);
    expect(shown()).toContain('3:58 until settle pass 2 of 4');
    progress.onProgress({ kind: 'batch', name: 'settle:1', accounts: 3 });
    jest.advanceTimersByTime(1_200);
    expect(shown()).toContain('looking again at 3 accounts');
    progress.end();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('When it soaks between waves, Then it says so', () => {
    const { progress, shown } = watch(false);
    progress.onProgress({ kind: 'waiting', seconds: 60, settle: null });
    progress.end();
    expect(shown()).toContain('waiting 60 s until the next wave');
  });
});
