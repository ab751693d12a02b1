/** One attack: prepared here, carried out in a child, watched from here. A child that passes its caps is ended. */
import { fork, type ChildProcess } from 'node:child_process';
import type { ChildMessage, Order } from './child.js';
import { MB, type HostileCase } from './hostileCase.js';
import { currentMemory } from './processMemory.js';
import type { Random } from '../../support/random.js';

export interface CaseResult {
  readonly name: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly blockedSeconds: number;
  /** Undefined: it held. */
  readonly failure: string | undefined;
}

export interface CasePlace {
  /** Bundles: the child's, and the case's module. */
  readonly childFile: string;
  readonly caseFile: string;
}

/** A child has to be up in this time, on a machine that does much else. */
const START_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Resolves with what was measured, also where the case failed or its child had to be ended. */
export async function runCase(attacked: HostileCase, place: CasePlace, random: Random): Promise<CaseResult> {
  const prepared = await attacked.prepare(random);
  try {
    const order = { file: place.caseFile, name: attacked.name, given: prepared.given };
    return await new CaseChild(attacked, place.childFile).run(order);
  } finally {
    await prepared.close();
  }
}

class CaseChild {
  private readonly child: ChildProcess;
  private stderr = '';
  private baseBytes = 0;
  private startedMs = 0;
  private heldBytes = 0;
  private limit: NodeJS.Timeout | undefined;
  private look: NodeJS.Timeout | undefined;

  constructor(
    private readonly attacked: HostileCase,
    childFile: string,
  ) {
    const { heapMegabytes } = attacked;
    this.child = fork(childFile, [], {
      execArgv: [
        '--enable-source-maps',
        ...(heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`]),
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.child.stderr?.on('data', (bytes: Buffer) => {
      this.stderr = (this.stderr + bytes.toString()).slice(-4000);
    });
  }

  run(order: Order): Promise<CaseResult> {
    return new Promise(resolve => {
      const settle = (result: Omit<CaseResult, 'name'>): void => {
        clearTimeout(this.limit);
        clearInterval(this.look);
        this.child.kill('SIGKILL');
        resolve({ name: this.attacked.name, ...result });
      };
      const fail = (failure: string): void => {
        const seconds = this.startedMs === 0 ? 0 : (performance.now() - this.startedMs) / 1000;
        settle({ bytes: this.heldBytes, seconds, blockedSeconds: 0, failure });
      };
      this.limit = setTimeout(() => {
        fail('the child did not start');
      }, START_MS);
      this.child.on('message', (message: ChildMessage) => {
        if (message.kind === 'ready') this.begin(message.bytes, fail);
        else settle({ ...message, failure: message.failure ?? this.verdictOf(message) });
      });
      this.child.once('error', error => {
        fail(String(error));
      });
      this.child.once('exit', (code, signal) => {
        fail(`the child ended (${signal ?? String(code)}): ${this.stderr}`);
      });
      this.child.send(order);
    });
  }

  private begin(baseBytes: number, fail: (failure: string) => void): void {
    const { capSeconds, capBytes } = this.attacked;
    this.baseBytes = baseBytes;
    this.startedMs = performance.now();
    clearTimeout(this.limit);
    this.limit = setTimeout(() => {
      fail(`it went on for more than ${capSeconds} s`);
    }, capSeconds * 1000);
    // The child tells its peak at the end; one that never comes to it must not take the machine's memory.
    this.look = setInterval(() => {
      const bytes = (currentMemory(this.child.pid ?? 0) ?? 0) - this.baseBytes;
      this.heldBytes = Math.max(this.heldBytes, bytes);
      if (bytes > capBytes) fail(this.verdict(bytes, 0) ?? '');
    }, LOOK_EVERY_MS);
  }

  private verdictOf({
    bytes,
    seconds,
    blockedSeconds,
  }: Omit<CaseResult, 'name' | 'failure'>): string | undefined {
    const cap = this.attacked.capBlockedSeconds ?? Infinity;
    if (blockedSeconds > cap)
      return `nothing else could run for ${blockedSeconds.toFixed(1)} s; the cap is ${cap} s`;
    return this.verdict(bytes, seconds);
  }

  private verdict(bytes: number, seconds: number): string | undefined {
    const { capSeconds, capBytes } = this.attacked;
    if (bytes > capBytes) return `it took ${inMegabytes(bytes)} MB; the cap is ${inMegabytes(capBytes)} MB`;
    return seconds > capSeconds ? `it took ${seconds.toFixed(1)} s; the cap is ${capSeconds} s` : undefined;
  }
}

function inMegabytes(bytes: number): string {
  return (bytes / MB).toFixed(0);
}
