/** The roles of ServiceStack, with the ARNs of what they act on. */
import type { Piece } from '../../twin/contract.ts';
import { ofType, resolve, type SynthesizedTemplate } from '../infra/synthesize.ts';
import { type Place, roleEntry } from './role-entry.ts';

export const BUCKET = 'dhmc-artifacts';
export const TABLE = 'dhmc-table';

export interface OperatorRole {
  /** e.g. `EnforceReconcile`: the logical id without `Role` and hash. */
  name: string;
  /** Entry of RoleDetailList. */
  entry: Piece;
}

export function tableArn({ partition, region, operatorId }: Place): string {
  return `arn:${partition}:dynamodb:${region}:${operatorId}:table/${TABLE}`;
}

export function bucketArn({ partition }: Place): string {
  return `arn:${partition}:s3:::${BUCKET}`;
}

/** ARN of a function or state machine by its logical id. */
export function functionArn({ partition, region, operatorId }: Place, logicalId: string): string {
  return `arn:${partition}:lambda:${region}:${operatorId}:function:${logicalId}`;
}

export function readOperatorRoles(
  service: Pick<SynthesizedTemplate, 'Resources'>,
  place: Place,
): Map<string, OperatorRole> {
  const { partition, region, operatorId } = place;
  const attributes: Record<string, string> = {};
  const parameters: Record<string, string> = {};
  for (const [id, { Type, Properties }] of Object.entries(service.Resources)) {
    switch (Type) {
      case 'AWS::DynamoDB::Table':
        attributes[`${id}.Arn`] = tableArn(place);
        break;
      case 'AWS::S3::Bucket':
        attributes[`${id}.Arn`] = bucketArn(place);
        break;
      case 'AWS::Lambda::Function':
        attributes[`${id}.Arn`] = functionArn(place, id);
        break;
      case 'AWS::Logs::LogGroup':
        attributes[`${id}.Arn`] = `arn:${partition}:logs:${region}:${operatorId}:log-group:${id}:*`;
        break;
      case 'AWS::StepFunctions::StateMachine':
        parameters[id] = machineArn(place, Properties.StateMachineName);
        break;
    }
  }
  const where = { partition, region, accountId: operatorId, attributes, parameters };
  return new Map(
    ofType(service, 'AWS::IAM::Role').map(([id, { Properties }]) => {
      const name = id.replace(/Role[0-9A-F]{8}$/, '');
      const RoleName = Properties.RoleName ?? `DhmcRolloutService-${id}`;
      const entry = roleEntry(operatorId, resolve({ ...Properties, RoleName }, where), partition);
      return [name, { name, entry }];
    }),
  );
}

export function machineArn({ partition, region, operatorId }: Place, name: string): string {
  return `arn:${partition}:states:${region}:${operatorId}:stateMachine:${name}`;
}

export function memberRoleNames(roles: Piece[]): Set<string> {
  return new Set(roles.map(({ RoleName }) => String(RoleName)));
}
