/**
 * Metrics through Powertools: a line of standard output in CloudWatch's embedded metric format, which Lambda's log
 * turns into metrics. Only in Lambda; the command's standard output is for results.
 */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE, METRIC_SERVICE, METRICS, type Metric } from '../core/run-metrics.ts';

/** One line for all of them. */
export type PublishMetrics = (metrics: readonly Metric[]) => void;

export function createMetrics(): PublishMetrics {
  const sink = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: METRIC_SERVICE });
  return (metrics) => {
    if (metrics.length === 0) return;
    for (const [name, value] of metrics) sink.addMetric(name, METRICS[name], value);
    sink.publishStoredMetrics();
  };
}
