import pLimit from 'p-limit';

/**
 * Runs work side by side, at most `limit` at once. Ends only when everything that was started has ended:
 * after a failure nothing more is started, and the first failure (in the order of time) is thrown.
 */
export async function runTogether<T>(limit: number, work: (() => Promise<T>)[]): Promise<T[]> {
  const limited = pLimit(limit);
  const failures: unknown[] = [];
  const results: T[] = new Array(work.length);
  await Promise.all(
    work.map((one, index) =>
      limited(async () => {
        if (failures.length > 0) return;
        try {
          results[index] = await one();
        } catch (error) {
          failures.push(error);
        }
      }),
    ),
  );
  if (failures.length > 0) throw failures[0];
  return results;
}
