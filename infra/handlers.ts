/** The functions, each by the name of its file in functions/handlers. */
export const HANDLERS = [
  'start-run',
  'next-batch',
  'reconcile-account',
  'finish-run',
  'on-account-event',
  'import-findings',
] as const;
export type HandlerName = (typeof HANDLERS)[number];
