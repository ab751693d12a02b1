/**
 * Kubernetes and kubectl from Go modules, at the version a folder of test/cluster/kubernetes names; kept in the cache
 * by version. Needs Go, the module proxy (or Go's own cache) and about four minutes of two cores the first time.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { runCommand } from './runCommand.js';

const COMMANDS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kubelet'];
const VERSION = /^v1\.(\d+)\.\d+$/;

/** The versions that have a go.mod, oldest first. */
export function knownVersions(modulesFolder: string): readonly string[] {
  return readdirSync(modulesFolder)
    .filter(name => VERSION.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Builds what the cache does not hold; the folder appears whole or not at all. */
export async function buildBinaries(modules: string, binaries: string, signal?: AbortSignal): Promise<void> {
  if (COMMANDS.every(command => existsSync(path.join(binaries, command)))) return;
  const version = path.basename(binaries);
  const minor = VERSION.exec(version)?.[1] ?? '';
  mkdirSync(path.dirname(binaries), { recursive: true });
  removeUnfinished(binaries);
  const building = mkdtempSync(`${binaries}-building-`);
  const variable = '-X k8s.io/component-base/version';
  const flags = `-s -w ${variable}.gitVersion=${version} ${variable}.gitMajor=1 ${variable}.gitMinor=${minor}`;
  try {
    // `tool` names all commands of go.mod's tool list at once: what they share is compiled once.
    const argv = ['build', '-mod=readonly', '-trimpath', '-ldflags', flags, '-o', `${building}/`, 'tool'];
    const environment = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' };
    await runCommand('nice', ['go', ...argv], { cwd: modules, environment, signal });
    rmSync(binaries, { recursive: true, force: true });
    renameSync(building, binaries);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** What a killed build left; one that runs elsewhere starts over, as there is one lane on a machine. */
function removeUnfinished(binaries: string): void {
  const parent = path.dirname(binaries);
  for (const name of readdirSync(parent))
    if (name.startsWith(`${path.basename(binaries)}-building-`))
      rmSync(path.join(parent, name), { recursive: true });
}

/**
 * Writes go.mod and go.sum for a version. k8s.io/kubernetes replaces its staging modules by folders of its own
 * repository; outside it they are the published ones, v0.MINOR.PATCH. `go get -tool` upgrades what must stay, so the
 * file is written out and tidied.
 */
export async function writeModules(
  modulesFolder: string,
  version: string,
  signal?: AbortSignal,
): Promise<string> {
  if (!VERSION.test(version)) throw new Error(`${version} is no version of the form v1.MINOR.PATCH`);
  const download = await runCommand('go', ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`], {
    cwd: '/',
    signal,
  });
  const source = (JSON.parse(download) as { readonly Dir: string }).Dir;
  const original = readFileSync(path.join(source, 'go.mod'), 'utf8');
  const go = /^go .*$/m.exec(original)?.[0] ?? '';
  const staging = [...original.matchAll(/^\s*(\S+) => \.\/staging\//gm)].map(match => match[1] ?? '');
  const published = version.replace('v1.', 'v0.');
  const text = `// Written by \`node test/cluster/run.mjs modules ${version}\`.
module node-triage/test-cluster

${go}

tool (
${COMMANDS.map(command => `\tk8s.io/kubernetes/cmd/${command}`).join('\n')}
)

require k8s.io/kubernetes ${version}

replace (
${staging.map(module => `\t${module} => ${module} ${published}`).join('\n')}
)
`;
  const folder = path.join(modulesFolder, version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'go.mod'), text);
  rmSync(path.join(folder, 'go.sum'), { force: true });
  await runCommand('go', ['mod', 'tidy'], { cwd: folder, signal, isShown: true });
  return folder;
}
