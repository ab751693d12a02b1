/** The product's side of one attack, as a process: loads the case's module, says that it is ready, attacks, and tells how it went. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { CaseModule } from './hostileCase.js';
import { peakMemory } from './processMemory.js';

export interface Order {
  readonly file: string;
  readonly name: string;
  readonly given: unknown;
}

export type ChildMessage =
  | { readonly kind: 'ready'; readonly bytes: number }
  | {
      readonly kind: 'done';
      /** The attack's own growth, at its peak. */
      readonly bytes: number;
      readonly seconds: number;
      /** The longest time in which nothing else could run. */
      readonly blockedSeconds: number;
      readonly failure?: string;
    };

process.once('message', (order: Order) => {
  void run(order).then(
    message => {
      tell(message, () => process.exit(0));
    },
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function run({ file, name, given }: Order): Promise<ChildMessage> {
  const { cases } = (await import(pathToFileURL(file).href)) as CaseModule;
  const attacked = cases.find(one => one.name === name);
  if (attacked === undefined) throw new Error(`${file} has no case ${name}`);
  const before = peakMemory();
  tell({ kind: 'ready', bytes: before });
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  const started = performance.now();
  let failure: string | undefined;
  try {
    await attacked.attack(given);
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const seconds = (performance.now() - started) / 1000;
  // A block that ended with the attack is measured by the first timer after it.
  await new Promise(resolve => setTimeout(resolve, 30));
  delays.disable();
  return {
    kind: 'done',
    bytes: peakMemory() - before,
    seconds,
    blockedSeconds: delays.max / 1e9,
    ...(failure === undefined ? {} : { failure: failure.slice(0, 4000) }),
  };
}

function tell(message: ChildMessage, then: () => void = () => undefined): void {
  process.send?.(message, then);
}
