/** The first load of a page and what stands on it meanwhile; again by Retry. One at a time. */
import type { ShownError } from '../../src/protocol/messages.js';
import { describeError } from '../../src/base/errors.js';
import { t } from '../words.js';
import { errorPage, loadingPage, type LoadPhase } from './statusPages.js';

/** A load that is quicker than this shows no loading page: it would only flicker. */
const LOADING_AFTER_MS = 300;

export interface FirstLoadOptions {
  readonly showOnly: (status: HTMLElement) => void;
  /** Asks the host and shows what it answers; an error that the host made for people is the result. */
  readonly load: () => Promise<ShownError | undefined>;
  readonly showLog: () => void;
  readonly openOther: () => void;
}

export class FirstLoad {
  readonly #options: FirstLoadOptions;
  #phase: LoadPhase | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #shown = false;

  constructor(options: FirstLoadOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    this.#timer = setTimeout(() => {
      this.#shown = true;
      this.#options.showOnly(loadingPage(this.#phase));
    }, LOADING_AFTER_MS);
    try {
      const failure = await this.#options.load();
      this.end();
      if (failure !== undefined) this.#showError(failure);
    } catch (error) {
      const description = describeError(error);
      this.end();
      if (description.code !== 'cancelled')
        this.#showError({
          error: description,
          text: description.message,
          nextStep: t('Retry, or look into the log.'),
        });
    }
  }

  showPhase(phase: LoadPhase): void {
    this.#phase = phase;
    if (this.#shown) this.#options.showOnly(loadingPage(phase));
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#shown = false;
    this.#phase = undefined;
  }

  #showError(shown: ShownError): void {
    this.#options.showOnly(
      errorPage(shown, {
        onRetry: () => void this.run(),
        onShowLog: this.#options.showLog,
        onOpenOther: this.#options.openOther,
      }),
    );
  }
}
