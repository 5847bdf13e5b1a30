/** Throttled calls to the table: below the SDK's retries, so that those are part of what is proved. */
import { type DynamoDBClient, ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';

export interface TableStorm {
  /** After `calls` more calls, the next `times` are refused. */
  begin(calls: number, times: number): void;
  end(): void;
  struck(): number;
}

export function tableStorm(client: DynamoDBClient): TableStorm {
  let [until, left, struck] = [0, 0, 0];
  client.middlewareStack.add(
    (next) => async (args) => {
      if (until > 0) until -= 1;
      else if (left > 0) {
        left -= 1;
        struck += 1;
        throw new ProvisionedThroughputExceededException({
          message: 'The level of configured provisioned throughput for the table was exceeded.',
          $metadata: { httpStatusCode: 400 },
        });
      }
      return next(args);
    },
    { step: 'deserialize', name: 'tableStorm' },
  );
  return {
    begin(calls, times) {
      [until, left] = [calls, times];
    },
    end() {
      left = 0;
    },
    struck: () => struck,
  };
}
