/**
 * What the user said about kubeconfigs that a workspace names: a yes is kept beyond the session, outside the workspace, and
 * counts for exactly what was shown; a no is kept for the session. Asks by a function that it is given, and only when a
 * person clicked. Knows no editor.
 */
import { CREDENTIALS } from '../base/limits.js';
import type { ConsentAnswer, CredentialConsent, CredentialUse } from '../cluster/clusterPorts.js';

/** vscode.Memento fits. */
export interface ConsentMemory {
  get(key: string): unknown;
  update(key: string, value: readonly string[]): PromiseLike<void>;
}

/** Fingerprints with a yes, the oldest first. */
const KEY = 'nodeTriage.allowedCredentials';

export class ConsentBook implements CredentialConsent {
  private readonly refused = new Set<string>();
  /** What each context needed when it was last tried. */
  private readonly wanted = new Map<string, CredentialUse>();
  /** Questions that are open, by fingerprint. */
  private readonly asking = new Map<string, Promise<void>>();

  constructor(
    private readonly memory: ConsentMemory,
    private readonly show: (use: CredentialUse) => Promise<boolean>,
  ) {}

  answerTo(use: CredentialUse): ConsentAnswer {
    if (this.allowed().includes(use.fingerprint)) {
      this.wanted.delete(use.context);
      return 'yes';
    }
    this.wanted.set(use.context, use);
    return this.refused.has(use.fingerprint) ? 'no' : 'unanswered';
  }

  /** Asks about what this context waits for, and resolves when that is answered; one question at a time for the same. */
  ask(context: string): Promise<void> {
    const use = this.wanted.get(context);
    if (use === undefined) return Promise.resolve();
    const { fingerprint } = use;
    let question = this.asking.get(fingerprint);
    if (question === undefined) {
      question = this.question(use).finally(() => this.asking.delete(fingerprint));
      this.asking.set(fingerprint, question);
    }
    return question;
  }

  private async question(use: CredentialUse): Promise<void> {
    const isAllowed = await this.show(use);
    if (!isAllowed) {
      this.refused.add(use.fingerprint);
      return;
    }
    this.refused.delete(use.fingerprint);
    const others = this.allowed().filter(fingerprint => fingerprint !== use.fingerprint);
    await this.memory.update(KEY, [...others, use.fingerprint].slice(-CREDENTIALS.rememberedAnswers));
  }

  private allowed(): readonly string[] {
    const value = this.memory.get(KEY);
    return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
  }
}
