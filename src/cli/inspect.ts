/**
 * `npm run -s inspect -- --json FILE`: the headless door of the profile editor. Prints one JSON object and nothing else;
 * what it says is runInspect.ts.
 */
import { runInspect } from './runInspect.js';

const { output, exitCode } = runInspect(process.argv.slice(2));
process.stdout.write(`${JSON.stringify(output, undefined, 2)}\n`);
process.exitCode = exitCode;
