/** botocore as a client of the twin: one Python process for all calls. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Piece } from '../../twin/contract.ts';
import type { Twin } from '../../twin/start.ts';
import type { Credentials } from './first-organization.ts';

/** Reads steps from standard input, writes what each answers or `Code: message`. */
const SCRIPT = `
import json, sys, urllib.request, botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
session = botocore.session.get_session()
answers = []
for step in json.load(sys.stdin):
    if "advanceSeconds" in step:
        data = json.dumps(step).encode()
        urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/_twin/clock", data=data)).read()
        answers.append({"ok": {}})
        continue
    given = step["as"]
    if isinstance(given, int):
        given = answers[given]["ok"]["Credentials"]
        given = {key[0].lower() + key[1:]: value for key, value in given.items()}
    client = session.create_client(step["service"], region_name=step["region"], endpoint_url=sys.argv[1],
        aws_access_key_id=given["accessKeyId"], aws_secret_access_key=given["secretAccessKey"],
        aws_session_token=given["sessionToken"], config=Config(retries={"total_max_attempts": 1}))
    try:
        answers.append({"ok": client._make_api_call(step["operation"], step["input"])})
    except ClientError as error:
        answers.append({"refused": "%(Code)s: %(Message)s" % error.response["Error"]})
json.dump(answers, sys.stdout, default=str)
`;

export interface Asked {
  service: string;
  operation: string;
  input: Piece;
  region: string;
  /** Credentials, or the step whose AssumeRole gave them. */
  as: Credentials | number;
}

export interface Answered {
  ok?: Piece;
  /** `Code: message`. */
  refused?: string;
}

/** Steps one after another: calls, and jumps of the twin's clock. */
export async function askBotocore(
  twin: Twin,
  steps: readonly (Asked | { advanceSeconds: number })[],
): Promise<Answered[]> {
  const python = spawn('python3', ['-c', SCRIPT, twin.url], { stdio: ['pipe', 'pipe', 'inherit'] });
  python.stdin.end(JSON.stringify(steps));
  return JSON.parse(await text(python.stdout));
}
