/** What may go wrong on the way, for tests: a fault is taken by the next requests whose path it matches. */
export interface Fault {
  /** Of any method where not given. */
  readonly method?: string;
  /** Tried against path and query. */
  readonly path: RegExp;
  /** How many requests it hits; one where not given. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

export type FaultEffect =
  /** Answered so, without asking the routes. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: string;
      readonly type?: string;
      readonly headers?: Record<string, string>;
    }
  /** The socket is destroyed before a header. */
  | { readonly kind: 'cut' }
  /** Done as asked, and the socket destroyed before a header. */
  | { readonly kind: 'lose' }
  /** Never answered. */
  | { readonly kind: 'hang' }
  /** The right answer, cut off after so many bytes of its body. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** The right answer in pieces of `bytes`, one every `everyMs`. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly everyMs: number };

export class Faults {
  private readonly pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.pending.length = 0;
  }

  take(method: string, target: string): FaultEffect | undefined {
    const hit = this.pending.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && fault.path.test(target),
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    return hit.fault.effect;
  }
}
