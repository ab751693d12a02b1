import { isTriageError, TriageError } from '../base/errors.js';

/** The ports of pods know no nodes; the reader of the error wants to know which one it was about. */
export async function aboutNode<T>(node: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!isTriageError(error) || error.node !== undefined) throw error;
    const { code, message, facts, cause } = error;
    throw new TriageError(code, message, { node, facts, cause });
  }
}
