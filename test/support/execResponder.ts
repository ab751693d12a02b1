/**
 * What a command in a pod answers where there is no pod: used by the fake (fakePods.ts) and by the replay cluster. A
 * script is known by its NAME, the $0 of `['sh', '-c', SCRIPT, NAME, ...values]`.
 */

export interface ExecAnswer {
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  /** 0 where not given. */
  readonly exitCode?: number;
  /** Set: the runtime does not start the command, and says this. */
  readonly refused?: string;
}

export interface ExecTarget {
  readonly namespace: string;
  readonly name: string;
  readonly node: string | undefined;
  readonly container: string;
  /** Undefined: it was started without one. */
  readonly stdin?: ExecStdin | undefined;
}

/** What the client sends, as a command reads it. */
export class ExecStdin {
  /** Bytes that arrived so far. */
  received = 0;
  private readonly parts: Uint8Array[] = [];
  private isOver = false;
  private wake: () => void = () => undefined;

  push(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.received += bytes.length;
    this.wake();
  }

  /** The client closed it. */
  end(): void {
    this.isOver = true;
    this.wake();
  }

  /** The first so many bytes, once they are there; fewer where it ends before. One reader at a time. */
  async read(bytes: number): Promise<Uint8Array> {
    while (this.received < bytes && !this.isOver)
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    return Buffer.concat(this.parts).subarray(0, bytes);
  }
}

/**
 * Undefined: not mine, ask the next. A promise that does not resolve is a silent command. `gone` aborts when the client
 * leaves; the command itself may well go on.
 */
export type ExecResponder = (
  argv: readonly string[],
  target: ExecTarget,
  gone: AbortSignal,
) => ExecAnswer | undefined | Promise<ExecAnswer | undefined>;

/** The NAME of a shell script, else the program. */
export function commandName(argv: readonly string[]): string {
  const [program = '', option, , name] = argv;
  return program === 'sh' && option === '-c' && name !== undefined ? name : program;
}

/** The script's values, $1 and on. */
export function commandValues(argv: readonly string[]): readonly string[] {
  return argv.slice(4);
}

/** Responders in order: the last registered is asked first. */
export class ExecResponders {
  private readonly responders: ExecResponder[] = [];

  add(responder: ExecResponder): void {
    this.responders.unshift(responder);
  }

  /** Answers every command of this NAME. */
  addNamed(name: string, responder: ExecResponder | ExecAnswer): void {
    this.add((argv, target, gone) => {
      if (commandName(argv) !== name) return undefined;
      return typeof responder === 'function' ? responder(argv, target, gone) : responder;
    });
  }

  async answer(
    argv: readonly string[],
    target: ExecTarget,
    gone: AbortSignal,
  ): Promise<ExecAnswer | undefined> {
    for (const responder of this.responders) {
      const answer = await responder(argv, target, gone);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}
