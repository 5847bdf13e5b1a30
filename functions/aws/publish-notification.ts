import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notification } from '../core/run-news.ts';

export type PublishNotification = (notification: Notification) => Promise<void>;

export function connectTopic(options: {
  region: string;
  topicArn: string;
  endpoint?: string;
}): PublishNotification {
  const { region, topicArn, endpoint } = options;
  const client = new SNSClient({ region, maxAttempts: 5, ...(endpoint === undefined ? {} : { endpoint }) });
  return async ({ subject, message, attributes }) => {
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
    );
    await client.send(
      new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message, MessageAttributes }),
    );
  };
}
