/** Whether a remedy helped, in one sentence. */
import type { RemedyReport } from '../../src/report/model.js';
import { t } from '../words.js';

export function outcomeText(outcome: RemedyReport['outcome']): string {
  switch (outcome) {
    case 'running':
      return t('It is under way.');
    case 'helped':
      return t('It helped.');
    case 'helped-little':
      return t('It helped a little.');
    case 'not-helped':
      return t('It did not help.');
    case 'came-back':
      return t('It helped, and did not hold.');
    case 'not-known':
      return t('Whether it helped is not known.');
    case 'not-needed':
      return t('Nothing was done: what the finding goes by was not measured any more.');
  }
}
