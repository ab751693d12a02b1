/** That an API server may be an impostor, in words: on its context, and before something is sent to it. */
import type { ServerDoubt } from '../cluster/clusterPorts.js';
import type { Translate } from './translate.js';

/** A few words for a row, to stand beside the server's address. */
export function doubtWords(doubt: ServerDoubt, t: Translate): string {
  switch (doubt) {
    case 'not-verified':
      return t('TLS not verified');
    case 'not-encrypted':
      return t('not encrypted');
  }
}

/** What that means, in a sentence. */
export function doubtSentence(doubt: ServerDoubt, t: Translate): string {
  switch (doubt) {
    case 'not-verified':
      return t(
        'The API server is not verified (insecure-skip-tls-verify): a host on the way can read and change all that is sent.',
      );
    case 'not-encrypted':
      return t(
        'The connection is not encrypted (http): any host on the way can read and change all that is sent.',
      );
  }
}
