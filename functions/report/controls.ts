/**
 * Controls of AWS that ask the same question, for auditors: Security Hub's SSM.1 ("Amazon EC2 instances should be managed
 * by AWS Systems Manager"), whose Config rule is ec2-instance-managed-by-systems-manager (Security Hub user guide,
 * "Security Hub controls for Systems Manager"). Both judge instances, so they hold for a target that has running ones.
 */
import type { TargetResult } from '../core/model/result.ts';

export interface Control {
  id: string;
  requirement: string;
}

export const CONTROLS: readonly Control[] = [
  { id: 'SSM.1', requirement: 'AWS Security Hub SSM.1' },
  {
    id: 'ec2-instance-managed-by-systems-manager',
    requirement: 'AWS Config ec2-instance-managed-by-systems-manager',
  },
];

/** None where nothing runs, or nothing was seen: then the control says nothing of it either. */
export function controlsOf({
  status,
  instances,
}: Pick<TargetResult, 'status' | 'instances'>): readonly Control[] {
  return status === 'SKIPPED' || status === 'ERROR' || instances.running === 0 ? [] : CONTROLS;
}
