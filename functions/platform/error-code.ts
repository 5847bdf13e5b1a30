/** Whether a failure of Node carries one of these codes, e.g. ENOENT. By its shape: errors of Node may be of another realm. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    codes.some((code) => code === error.code)
  );
}
