/**
 * The keys of our mark that runs have used so far: what carries a key that the configuration forgot would be taken for
 * another team's. One item with a set, to which runs add.
 */
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { MarkKeys } from '../core/tags.ts';
import type { Store } from './contract.ts';
import { OWN_TAGS_KEY } from './keys.ts';

export function createOwnTagsStore(
  client: DynamoDBDocumentClient,
  tableName: string,
): Pick<Store, 'listOwnTags' | 'addOwnTags'> {
  return {
    async listOwnTags() {
      const { Item: item } = await client.send(
        new GetCommand({ TableName: tableName, Key: OWN_TAGS_KEY, ConsistentRead: true }),
      );
      return item?.marks instanceof Set ? [...item.marks].map(pairOf) : null;
    },

    async addOwnTags(keys) {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: OWN_TAGS_KEY,
          UpdateExpression: 'ADD marks :pair',
          ExpressionAttributeValues: { ':pair': new Set([textOf(keys)]) },
        }),
      );
    },
  };
}

/** No key holds a line break. */
const BETWEEN = '\n';

function textOf({ managed, change }: MarkKeys): string {
  return `${managed}${BETWEEN}${change}`;
}

function pairOf(text: unknown): MarkKeys {
  const [managed = '', change = ''] = String(text).split(BETWEEN);
  return { managed, change };
}
