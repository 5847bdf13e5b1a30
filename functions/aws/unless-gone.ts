/** Errors of Organizations about what is not there: it can leave between two calls. */
const GONE = [
  'AccountNotFoundException',
  'ChildNotFoundException',
  'ParentNotFoundException',
  'TargetNotFoundException',
];

/** null where what was asked for has left meanwhile. */
export async function unlessGone<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && GONE.includes(error.name)) return null;
    throw error;
  }
}
