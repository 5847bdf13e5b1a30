/** Builders for scope, waves and overrides, beside those of one account's facts. */
import type { Configuration, ConfigurationOverride } from '../../functions/core/model/configuration.ts';
import type { Account } from '../../functions/core/model/primitives.ts';
import type { Failure } from '../../functions/core/model/reads.ts';
import { aConfiguration, anAccount } from './builders.ts';

/** Accounts 000000000001, 000000000002 and so on. */
export function someAccounts(count: number, overrides: Partial<Account> = {}): Account[] {
  return Array.from({ length: count }, (_, index) =>
    anAccount({ accountId: String(index + 1).padStart(12, '0'), ...overrides }),
  );
}

/** The defaults with some exclusions. */
export function excluding(exclude: Partial<Configuration['exclude']>): Configuration {
  return aConfiguration({ exclude: { ...aConfiguration().exclude, ...exclude } });
}

export function anOverride(settings: Partial<ConfigurationOverride>): ConfigurationOverride {
  return { accounts: [], organizationalUnits: [], ...settings };
}

export function aFailure(overrides: Partial<Failure> = {}): Failure {
  return {
    kind: 'DENIED',
    action: 'sts:AssumeRole',
    code: 'AccessDenied',
    message: 'User is not authorized to perform: sts:AssumeRole',
    ...overrides,
  };
}
