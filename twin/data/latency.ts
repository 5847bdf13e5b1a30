/**
 * How long AWS takes to answer, in milliseconds. Not published: assumed from everyday use within a Region,
 * and of the right order only. `spread` is the standard deviation of the logarithm: with 0.5 one answer in
 * twenty takes more than 2.3 times the median.
 */
export interface LatencyFigures {
  median: number;
  spread: number;
}

export const LATENCY: Readonly<Record<string, LatencyFigures>> = {
  account: { median: 90, spread: 0.5 },
  ec2: { median: 130, spread: 0.6 },
  iam: { median: 60, spread: 0.5 },
  organizations: { median: 100, spread: 0.5 },
  route53: { median: 80, spread: 0.5 },
  ssm: { median: 50, spread: 0.5 },
  sts: { median: 30, spread: 0.6 },
};
