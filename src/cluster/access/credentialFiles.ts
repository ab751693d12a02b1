/**
 * Files that a kubeconfig names for TLS and tokens: read here, through the door for files of others, and handed to
 * client-node as data. It would read them itself, at once on the extension host's thread, whatever they are.
 */
import { isTriageError, TriageError } from '../../base/errors.js';
import { CREDENTIALS } from '../../base/limits.js';
import { readRegularFile } from '../../files/regularFile.js';
import type { ResolvedContext } from './resolveContext.js';

export interface TlsData {
  readonly caData: string | undefined;
  readonly certData: string | undefined;
  readonly keyData: string | undefined;
}

/** In base64, as a kubeconfig has them; data goes before files, as in client-go (rest/config.go, dataFromSliceOrFile). */
export async function readTlsData({ info, cluster, user }: ResolvedContext): Promise<TlsData> {
  const read = async (data: string | undefined, file: string | undefined): Promise<string | undefined> => {
    if (data !== undefined || file === undefined) return data;
    const bytes = await readCredentialFile(info.name, file, 'certificate file');
    return Buffer.from(bytes).toString('base64');
  };
  return {
    caData: await read(cluster.caData, cluster.caFile),
    certData: await read(user.certData, user.certFile),
    keyData: await read(user.keyData, user.keyFile),
  };
}

/** Without its line end. Rejects with `kubeconfig-invalid` (facts: file, reason). */
export async function readTokenFile(context: string, file: string): Promise<string> {
  return new TextDecoder().decode(await readCredentialFile(context, file, 'token file')).trim();
}

async function readCredentialFile(context: string, file: string, what: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(file, { maxBytes: CREDENTIALS.fileBytes, links: 'follow' });
  } catch (error) {
    const reason = reasonOf(error);
    throw new TriageError(
      'kubeconfig-invalid',
      `The ${what} ${file} of context "${context}" cannot be read: ${reason}. Log in again.`,
      { facts: { file, reason, problem: problemOf(error) }, cause: error },
    );
  }
}

/** A code of src/files; undefined where the file is only too large. */
function problemOf(error: unknown): string | number | undefined {
  return isTriageError(error) ? error.facts['problem'] : undefined;
}

function reasonOf(error: unknown): string {
  if (!isTriageError(error)) return String(error);
  if (error.code === 'file-too-large') return `it is larger than ${CREDENTIALS.fileBytes} bytes`;
  return String(error.facts['reason'] ?? error.message);
}
