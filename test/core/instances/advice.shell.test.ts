import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { adviseInstance } from '../../../functions/core/instances/advice.ts';
import type { AdviceContext } from '../../../functions/core/instances/advice-context.ts';
import { anInstance } from './builders.ts';

const IRELAND: AdviceContext = { region: 'eu-west-1', partition: 'aws', reasons: [] };

describe('Given bash and sed', () => {
  it('When the machine does not show its architecture, Then the script asks for it', () => {
    const [script = ''] = adviseInstance(
      'AGENT_TOO_OLD',
      anInstance({ architecture: null }),
      IRELAND,
    ).steps.flatMap(({ commands }) => commands);
    const url = /yum install -y (\S+"\$\([^)]*\)"\S+)/.exec(script)?.[1] ?? '';
    const asked = execFileSync('sh', ['-c', `uname() { echo aarch64; }; echo ${url}`], {
      encoding: 'utf8',
    });
    expect(asked).toBe(
      'https://s3.eu-west-1.amazonaws.com/amazon-ssm-eu-west-1/latest/linux_arm64/amazon-ssm-agent.rpm\n',
    );
  });
});
