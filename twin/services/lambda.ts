/** AWS Lambda: how many functions may run at once in an account. Source: Lambda API reference, GetAccountSettings. */
import type { Operations, Piece } from '../contract.ts';
import { notInSnapshot } from './not-in-snapshot.ts';

export const operations: Operations = {
  GetAccountSettings: {
    honours: [],
    mutates: false,
    permissions: () => [{ action: 'lambda:GetAccountSettings', resource: '*' }],
    handle: (_input, { state, accountId, region }) => {
      const settings: Piece | undefined = state.region(accountId, region).Lambda;
      if (!settings) throw notInSnapshot(`accounts/${accountId}.json: Regions.${region}.Lambda`);
      return { AccountLimit: settings.AccountLimit, AccountUsage: settings.AccountUsage };
    },
  },
};
