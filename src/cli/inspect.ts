/**
 * `npm run -s inspect -- --json FILE`: the headless door of the profile editor. Prints one JSON object and nothing else;
 * what it says is runInspect.ts.
 */
import { runInspect } from './runInspect.js';

// `| head` closes the pipe when it has seen enough: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const { output, text, exitCode } = runInspect(process.argv.slice(2));
process.stdout.write(text ?? `${JSON.stringify(output, undefined, 2)}\n`);
process.exitCode = exitCode;
