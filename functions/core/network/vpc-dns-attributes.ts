/** Attributes of a VPC that `enableVpcDns` turns on; support first, since host names need it. */
export const VPC_DNS_ATTRIBUTES = ['EnableDnsSupport', 'EnableDnsHostnames'] as const;
