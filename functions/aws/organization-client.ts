/** The client of Organizations. Apart from the pool: reconcile-account, which is loaded the most, never asks it. */
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { provideClients } from './client-pool.ts';

provideClients({ organizations: (settings) => new OrganizationsClient(settings) });
