/**
 * Clients of the services that are asked in members. Apart from the pool, which start-run has for Organizations alone:
 * they are 135 KB of its bundle. Whatever enters an account, or asks one of these services for the operator, imports
 * this module.
 */
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SSMClient } from '@aws-sdk/client-ssm';
import { provideClients } from './client-pool.ts';

provideClients({
  iam: (settings) => new IAMClient(settings),
  ssm: (settings) => new SSMClient(settings),
  ec2: (settings) => new EC2Client(settings),
  route53: (settings) => new Route53Client(settings),
});
