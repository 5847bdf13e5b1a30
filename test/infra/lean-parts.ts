/** What lean-run.ts runs, in one module, so that it can be bundled. */

export { openOrganization } from '../reconcile/organization.ts';
export * from './lean-artifacts.ts';
