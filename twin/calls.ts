/** Counts of AWS calls, as `GET /_twin/calls` shows them. */
export interface CallCount {
  /** Account of the caller; `-` where the credentials were not known. */
  account: string;
  region: string;
  service: string;
  operation: string;
  mutates: boolean;
  /** `ok` or the error's code. */
  result: string;
  count: number;
}

export interface CallReport {
  total: number;
  /** Calls of operations that change the organization's state, whether they succeeded or not. */
  mutating: number;
  calls: CallCount[];
}

export interface CallLog {
  add(call: Omit<CallCount, 'count'>): void;
  /** Sorted by account, Region, service, operation and result. */
  report(): CallReport;
  clear(): void;
}

export function createCallLog(): CallLog {
  const counts = new Map<string, CallCount>();
  return {
    add(call) {
      const key = `${call.account} ${call.region} ${call.service} ${call.operation} ${call.result}`;
      const known = counts.get(key);
      if (known) known.count++;
      else counts.set(key, { ...call, count: 1 });
    },
    report() {
      const keys = [...counts.keys()].sort();
      const calls = keys.flatMap((key) => {
        const call = counts.get(key);
        return call ? [{ ...call }] : [];
      });
      const sum = (list: CallCount[]) => list.reduce((total, call) => total + call.count, 0);
      return { total: sum(calls), mutating: sum(calls.filter((call) => call.mutates)), calls };
    },
    clear: () => counts.clear(),
  };
}
