import { spawn } from 'node:child_process';
import type { Piece } from '../../twin/contract.ts';

/** Runs the script with the request as JSON on its standard input; resolves with the JSON that it prints. */
export function runPython<T = Piece>(script: string, request: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output));
      else reject(new Error(`${script} ended with ${code}`));
    });
    child.stdin.end(JSON.stringify(request));
  });
}
