import type { DriverOf } from './driver.ts';
import { vpcDnsDriver } from './vpc-dns.ts';

export const restoreVpcDns: DriverOf<'RestoreVpcDns'> = vpcDnsDriver;
