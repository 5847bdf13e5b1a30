/**
 * A second opinion on the wire: botocore drives every operation of the twin with values from its own models. With
 * DHMC_WRITE=1 the constraints that it knows are written to twin/data/constraints.json.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readConstraints, runSweep, type SweepReport } from './run-sweep.ts';

jest.setTimeout(120_000);

const CONSTRAINTS = 'twin/data/constraints.json';

/** Where AWS's answers differ from its own models, each with the source. */
const UNLIKE_THE_MODEL: Record<string, string> = {
  'ec2.DescribeInternetGateways.internetGatewaySet[].attachmentSet[].state':
    '"For an internet gateway, the state is available when attached" (EC2 API reference, InternetGatewayAttachment)',
  'ec2.DescribeVpcEndpoints.vpcEndpointSet[].state':
    'lower case in answers (EC2 API reference, example of DescribeVpcEndpoints), upper case in the enumeration',
  'ec2.CreateVpcEndpoint.vpcEndpoint.state': 'lower case in answers, as in DescribeVpcEndpoints',
  'iam.CreateRole.Role.PermissionsBoundary.PermissionsBoundaryType':
    '"Policy" in answers (AWS CLI reference, example of create-user)',
  'route53.CreateHostedZone.DelegationSet':
    'a private hosted zone has none (API reference, DelegationSet: name servers of public ones)',
  'route53.ListHostedZones.Marker': 'an answer to a request without marker has none (API reference, example)',
};

let report: SweepReport;
beforeAll(async () => {
  report = await runSweep();
  const { failures, differences, unenforced, codes, ...counts } = report;
  process.stdout.write(
    `botocore sweep: ${JSON.stringify({ ...counts, codes: Object.values(codes).flatMap(Object.keys).length, failures: failures.length, unenforced: unenforced.length })}\n`,
  );
});

describe('Given every operation that the twin serves', () => {
  it('When botocore calls it with what fits and what does not, Then it succeeds or is refused as it should', () => {
    expect(report.failures).toEqual([]);
    expect(report.calls).toBeGreaterThan(800);
  });

  it("When it answers, Then the answer has the shape of the model, but where AWS's own has not", () => {
    const unlike = (line: string) =>
      Object.keys(UNLIKE_THE_MODEL).find((known) => line.startsWith(`${known}:`));
    expect(report.differences.filter((line) => unlike(line) === undefined)).toEqual([]);
    expect(new Set(report.differences.map(unlike))).toEqual(new Set(Object.keys(UNLIKE_THE_MODEL)));
  });

  it('When a value is beyond what its model allows, Then it is refused', () => {
    expect(report.unenforced).toEqual([]);
  });

  it('When the constraints of the models are read, Then the twin has the same', async () => {
    const constraints = await readConstraints();
    if (process.env.DHMC_WRITE === '1') writeFileSync(CONSTRAINTS, `${JSON.stringify(constraints)}\n`);
    expect(JSON.parse(readFileSync(CONSTRAINTS, 'utf8'))).toEqual(constraints);
  });
});
