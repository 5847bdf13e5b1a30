/** Where alarms and the ends of runs are told: the configuration's topic, or one of the stack's own. */
import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

export function createTopic(scope: Construct, topicArn: string | null): ITopic {
  if (topicArn !== null) return Topic.fromTopicArn(scope, 'Topic', topicArn);
  const topic = new Topic(scope, 'Topic', { displayName: 'dhmc-rollout', enforceSSL: true });
  // With a policy of its own the topic's default one, which let CloudWatch in, is gone.
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      actions: ['sns:Publish'],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
}
