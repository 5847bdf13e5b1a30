import type { Stack } from 'aws-cdk-lib';
export function acknowledge(_s: Stack, _m: Stack): void {}
