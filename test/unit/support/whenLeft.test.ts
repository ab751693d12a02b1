import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const MODULE = pathToFileURL(path.resolve(import.meta.dirname, '../../demo/whenLeft.mjs')).href;
const PROGRAM = `
import { whenLeft } from ${JSON.stringify(MODULE)};
const alive = setInterval(() => undefined, 1000);
const left = whenLeft();
console.log('started ' + process.pid);
console.log(await left);
clearInterval(alive);
`;

describe.skipIf(process.platform === 'win32')('a script below a shell, as npm runs it', () => {
  it('learns that the shell was ended', async () => {
    // The second command keeps the shell from becoming the first.
    const shell = spawn('sh', ['-c', '"$0" --input-type=module -e "$1"; true', process.execPath, PROGRAM], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/^started \d+\n$/.test(output)) shell.kill('SIGTERM');
    });
    // Its output ends with the script, not with the shell.
    await once(shell.stdout, 'end');
    expect(output).toMatch(/^started \d+\nleft\n$/);
  });
});
