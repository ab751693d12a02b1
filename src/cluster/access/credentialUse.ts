/**
 * What a kubeconfig that a workspace names would do with what is the user's: run a program, use files from outside its own
 * folder to log in to a server of its choice. Found here, and not done before the user has said yes to exactly that.
 * Kubeconfigs of the user's own need no yes, as with kubectl.
 */
import { createHash } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { TriageError } from '../../base/errors.js';
import { plainLine } from '../../base/plainLine.js';
import type { Plugin } from './credentialPlugin.js';
import { withoutCredentials } from './kubeconfig.js';
import type { CredentialConsent, CredentialUse } from '../clusterPorts.js';
import type { ResolvedContext } from './resolveContext.js';

/** Resolves where it may be used. Rejects with `credentials-not-allowed` (facts: context, answer, program, files). */
export async function requireConsent(
  resolved: ResolvedContext,
  plugin: Plugin | undefined,
  consent: CredentialConsent,
): Promise<void> {
  if (!resolved.isFromWorkspace) return;
  const use = await findCredentialUse(resolved, plugin);
  if (use === undefined) return;
  const answer = consent.answerTo(use);
  if (answer === 'yes') return;
  const what = use.program === undefined ? 'files of yours' : `the program ${plainLine(use.program.path)}`;
  throw new TriageError(
    'credentials-not-allowed',
    `Context "${plainLine(use.context)}" is of a kubeconfig that the workspace names, and logs in with ${what}: ` +
      (answer === 'no' ? 'this was not allowed.' : 'it waits for a yes.'),
    {
      facts: {
        context: use.context,
        answer,
        program: use.program?.path,
        files: use.files.length > 0 ? use.files.join(', ') : undefined,
      },
    },
  );
}

/** Undefined where it needs nothing that is the user's. */
async function findCredentialUse(
  { info, cluster, user, extras }: ResolvedContext,
  plugin: Plugin | undefined,
): Promise<CredentialUse | undefined> {
  const named: readonly (readonly [string | undefined, string])[] = [
    [extras.tokenFile, extras.file],
    [user.certFile, extras.file],
    [user.keyFile, extras.file],
    [cluster.caFile, cluster.file],
  ];
  const found = await Promise.all(
    named.map(async ([file, kubeconfig]) => (file === undefined ? [] : outsideOf(kubeconfig, file))),
  );
  const files = [...new Set(found.flat())];
  if (plugin === undefined && files.length === 0) return undefined;
  const kubeconfig = await realPath(extras.file || cluster.file);
  return {
    context: info.name,
    kubeconfig,
    server: withoutCredentials(cluster.server),
    serverDoubt: info.serverDoubt,
    program: plugin && {
      path: plugin.program,
      args: plugin.spec.args,
      variables: Object.keys(plugin.spec.env),
    },
    files,
    fingerprint: fingerprintOf([
      kubeconfig,
      await realPath(cluster.file),
      cluster,
      files,
      plugin && [plugin.spec, plugin.program, await stampOf(plugin.program)],
    ]),
  };
}

/** The real path of a file, where it lies outside the folder of the kubeconfig that names it, by name or by a link. */
async function outsideOf(kubeconfig: string, file: string): Promise<readonly string[]> {
  const folder = path.dirname(kubeconfig);
  const real = await realPath(file);
  return isInside(folder, file) && isInside(await realPath(folder), real) ? [] : [real];
}

/** Below it, by name alone. */
export function isInside(folder: string, file: string, paths: path.PlatformPath = path): boolean {
  const relative = paths.relative(folder, file);
  return relative !== '' && relative.split(paths.sep)[0] !== '..' && !paths.isAbsolute(relative);
}

/** A path that leads nowhere is its own. A share is not asked before the user was: asking would log in there. */
async function realPath(file: string): Promise<string> {
  if (/^[\\/]{2}/u.test(file)) return file;
  return realpath(file).catch(() => path.resolve(file));
}

/**
 * What changes when the program does: where it really lies, how long it is, when it was written, and when its inode was
 * last touched, which no program sets back (utimes sets the time of writing, an archive does it too). Its content is not read:
 * some are of 100 MB, and this is asked before each use.
 */
async function stampOf(program: string): Promise<readonly unknown[]> {
  const real = await realPath(program);
  const stats = await stat(real).catch(() => undefined);
  return [real, stats?.size, stats?.mtimeMs, stats?.ctimeMs];
}

function fingerprintOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
