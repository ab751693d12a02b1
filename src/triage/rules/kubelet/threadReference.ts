/** A public thread as a reference. GitHub leads from /issues/ to the pull request where the number is one's. */
import type { Reference } from '../../rule.js';

/** @param repository `kubernetes/kubernetes` */
export function thread(repository: string, number: number): Reference {
  return { text: `${repository}#${number}`, url: `https://github.com/${repository}/issues/${number}` };
}
