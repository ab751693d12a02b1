/** A text as the readers of material get it, for tests: the file is called `post.txt`. */
import type { MaterialText } from '../../src/material/model.js';

export function materialText(text: string, file = 'post.txt'): MaterialText {
  return { file, lines: text.replace(/^\n/u, '').split('\n') };
}
