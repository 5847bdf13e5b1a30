import type { DriverOf } from './driver.ts';
import { vpcDnsDriver } from './vpc-dns.ts';

export const enableVpcDns: DriverOf<'EnableVpcDns'> = vpcDnsDriver;
