/** What participants of shared VPCs need of the owner: one item a VPC, one attribute a participant. */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { toStableJson } from '../core/stable-json.ts';
import type { NeedRecord, Store } from './contract.ts';
import { accountPartition, NEED_PREFIX, needKey } from './keys.ts';
import { NEED } from './record-shapes.ts';
import { checkStored } from './stored.ts';

type NeedStore = Pick<Store, 'listNeeds' | 'putNeed' | 'removeNeed'>;

/** Attribute of a participant: no lease is needed, since no other account writes it. */
const attributeOf = (participantId: string) => `by${participantId}`;

function contentOf({
  region,
  subnetIds,
  services,
  unknownAgents,
  spokes = [],
  refusal = '',
}: NeedRecord): string {
  return toStableJson([region, subnetIds, services, unknownAgents, spokes, refusal]);
}

export function createNeedStore(client: DynamoDBDocumentClient, tableName: string): NeedStore {
  return {
    async listNeeds(ownerId) {
      const needs: NeedRecord[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
          ExpressionAttributeValues: { ':pk': accountPartition(ownerId), ':sk': NEED_PREFIX },
          ConsistentRead: true,
        },
      );
      for await (const page of pages) {
        for (const item of page.Items ?? []) {
          const held = Object.keys(item).filter((name) => /^by\d+$/.test(name));
          needs.push(
            ...held
              .sort()
              .map((name) => checkStored(item[name], NEED, `item ${item.pk} ${item.sk} of the table`)),
          );
        }
      }
      return needs;
    },

    async putNeed(ownerId, need) {
      const key = needKey(ownerId, need.vpcId);
      const name = attributeOf(need.participantId);
      const { Item: item } = await client.send(
        new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
      );
      const known: unknown = item?.[name];
      const there =
        known === undefined ? null : checkStored(known, NEED, `item ${key.pk} ${key.sk} of the table`);
      if (there && contentOf(there) === contentOf(need)) return there.writtenAt;
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: key,
            UpdateExpression: 'SET #by = :need',
            // A slower pass of an earlier time must not overwrite what a later one saw.
            ConditionExpression: 'attribute_not_exists(#by) OR #by.writtenAt <= :at',
            ExpressionAttributeNames: { '#by': name },
            ExpressionAttributeValues: { ':need': need, ':at': need.writtenAt },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
      return need.writtenAt;
    },

    async removeNeed(ownerId, vpcId, participantId) {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: needKey(ownerId, vpcId),
          UpdateExpression: 'REMOVE #by',
          ExpressionAttributeNames: { '#by': attributeOf(participantId) },
        }),
      );
    },
  };
}
