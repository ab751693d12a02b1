/**
 * One wrong import for each rule of .dependency-cruiser.cjs, and beside it the nearest right one. The wrong one must be
 * reported under the rule's name, the right one must not: a rule that matches nothing, or everything, is found out.
 */

export interface PlantedImport {
  /** File that imports. */
  readonly from: string;
  /** What it says. */
  readonly code: string;
  /** Start of what the import resolves to, without folders above node_modules. */
  readonly to: string;
}

export interface PlantedRule {
  readonly wrong: readonly PlantedImport[];
  readonly right: readonly PlantedImport[];
}

const plant = (from: string, to: string, code: string): PlantedImport => ({ from, to, code });
/** A value import of a file of ours; `to` is a path from the root. */
function uses(from: string, to: string): PlantedImport {
  return plant(from, to, `import { planted } from '${specifier(from, to)}'; export const used = planted;`);
}
/** A type import, which is gone at run time and counts all the same. */
function namesType(from: string, to: string): PlantedImport {
  return plant(
    from,
    to,
    `import type { Planted } from '${specifier(from, to)}'; export type Used = Planted;`,
  );
}
function specifier(from: string, to: string): string {
  return '../'.repeat(from.split('/').length - 1) + to.replace(/\.ts$/, '.js');
}
const npm = (from: string, name: string, to: string): PlantedImport =>
  plant(from, to, `import * as it from '${name}'; export const used = it;`);

export const PLANTED: Readonly<Record<string, PlantedRule>> = {
  'vscode-only-in-ui': {
    wrong: [
      plant(
        'src/capture/vscode1.ts',
        'node_modules/@types/vscode',
        `import type { Uri } from 'vscode'; export type Used = Uri;`,
      ),
      plant(
        'webview/vscode2.ts',
        'node_modules/@types/vscode',
        `import type { Uri } from 'vscode'; export type Used = Uri;`,
      ),
    ],
    right: [
      plant(
        'src/ui/vscode3.ts',
        'node_modules/@types/vscode',
        `import type { Uri } from 'vscode'; export type Used = Uri;`,
      ),
    ],
  },
  'pure-stays-pure': {
    wrong: [
      npm('src/profile/core1.ts', 'node:fs', 'fs'),
      npm('src/protocol/core2.ts', 'node:path', 'path'),
      npm('src/worker/core4.ts', 'node:zlib', 'zlib'),
    ],
    right: [
      npm('src/capture/core3.ts', 'node:fs', 'fs'),
      npm('src/worker/node/core5.ts', 'node:zlib', 'zlib'),
    ],
  },
  'pure-to-pure': {
    wrong: [
      uses('src/triage/outwards1.ts', 'src/capture/target.ts'),
      namesType('src/protocol/outwards2.ts', 'src/worker/target.ts'),
    ],
    right: [uses('src/triage/outwards3.ts', 'src/profile/target.ts')],
  },
  'jobs-know-no-host': {
    wrong: [
      uses('src/worker/host1.ts', 'src/worker/node/target.ts'),
      namesType('src/worker/host2.ts', 'src/files/target.ts'),
    ],
    right: [
      uses('src/worker/host3.ts', 'src/profile/target.ts'),
      uses('src/worker/node/host4.ts', 'src/worker/target.ts'),
      uses('src/worker/node/host5.ts', 'src/files/target.ts'),
    ],
  },
  'base-is-the-bottom': {
    wrong: [
      uses('src/base/upwards1.ts', 'src/profile/target.ts'),
      namesType('src/base/upwards2.ts', 'src/protocol/target.ts'),
    ],
    right: [uses('src/base/upwards3.ts', 'src/base/target.ts')],
  },
  'kubelet-on-base': {
    wrong: [uses('src/kubelet/up1.ts', 'src/strace/target.ts')],
    right: [uses('src/kubelet/up2.ts', 'src/base/target.ts')],
  },
  peers: {
    wrong: [
      uses('src/strace/peer1.ts', 'src/profile/target.ts'),
      uses('src/ktrace/peer2.ts', 'src/profile/target.ts'),
    ],
    right: [
      uses('src/ktrace/peer3.ts', 'src/strace/target.ts'),
      uses('src/profile/peer4.ts', 'src/base/target.ts'),
    ],
  },
  'strace-below-ktrace': {
    wrong: [uses('src/profile/aside1.ts', 'src/strace/target.ts')],
    right: [uses('src/triage/aside2.ts', 'src/strace/target.ts')],
  },
  'material-below-triage': {
    wrong: [uses('src/material/up1.ts', 'src/triage/target.ts')],
    right: [uses('src/material/up2.ts', 'src/evidence/target.ts')],
  },
  'evidence-is-read-once': {
    wrong: [
      uses('src/report/once1.ts', 'src/threads/parseSamples.ts'),
      uses('src/worker/once2.ts', 'src/threads/analyse.ts'),
      uses('src/cli/once3.ts', 'src/profile/readProfile.ts'),
      uses('src/capture/once4.ts', 'src/threads/parseSamples.ts'),
      uses('src/triage/once5.ts', 'src/threads/analyse.ts'),
      uses('src/extension2.ts', 'src/profile/readProfile.ts'),
    ],
    right: [
      uses('src/evidence/once6.ts', 'src/threads/parseSamples.ts'),
      uses('src/evidence/once7.ts', 'src/threads/analyse.ts'),
      uses('src/threads/once8.ts', 'src/threads/parseSamples.ts'),
      namesType('src/report/once9.ts', 'src/threads/analyse.ts'),
      uses('src/worker/once10.ts', 'src/evidence/target.ts'),
    ],
  },
  'evidence-below-pages': {
    wrong: [
      uses('src/evidence/page1.ts', 'src/report/target.ts'),
      namesType('src/evidence/page2.ts', 'src/protocol/target.ts'),
    ],
    right: [uses('src/report/page4.ts', 'src/evidence/target.ts')],
  },
  'report-on-logs': {
    wrong: [
      uses('src/report/page1.ts', 'src/profile/target.ts'),
      namesType('src/report/page2.ts', 'src/protocol/target.ts'),
    ],
    right: [uses('src/report/page3.ts', 'src/strace/target.ts')],
  },
  'files-on-base': {
    wrong: [uses('src/files/up1.ts', 'src/profile/target.ts')],
    right: [uses('src/files/up2.ts', 'src/base/target.ts')],
  },
  'cluster-on-base': {
    wrong: [
      uses('src/cluster/up1.ts', 'src/profile/target.ts'),
      namesType('src/cluster/up2.ts', 'src/capture/target.ts'),
    ],
    right: [
      uses('src/cluster/up3.ts', 'src/base/target.ts'),
      uses('src/cluster/up4.ts', 'src/files/target.ts'),
    ],
  },
  'debugpod-on-cluster': {
    wrong: [
      uses('src/debugpod/purpose1.ts', 'src/strace/target.ts'),
      namesType('src/debugpod/purpose2.ts', 'src/capture/target.ts'),
    ],
    right: [namesType('src/debugpod/purpose3.ts', 'src/cluster/podPorts.ts')],
  },
  'capture-below-ui': {
    wrong: [
      uses('src/capture/shell1.ts', 'src/ui/target.ts'),
      uses('src/worker/shell2.ts', 'src/ui/target.ts'),
      uses('src/cli/shell3.ts', 'src/ui/target.ts'),
      uses('src/bundle/shell5.ts', 'src/ui/target.ts'),
    ],
    right: [uses('src/capture/shell4.ts', 'src/profile/target.ts')],
  },
  'headless-below-ui': {
    wrong: [
      uses('src/words/editor1.ts', 'src/ui/target.ts'),
      namesType('src/nodes/editor2.ts', 'src/ui/target.ts'),
      uses('src/podwork/editor3.ts', 'src/ui/target.ts'),
      uses('src/checkouts/editor4.ts', 'src/ui/target.ts'),
    ],
    right: [uses('src/ui/editor5.ts', 'src/words/target.ts')],
  },
  'words-are-text': {
    wrong: [
      uses('src/words/work1.ts', 'src/files/target.ts'),
      uses('src/words/work2.ts', 'src/nodes/target.ts'),
    ],
    right: [namesType('src/words/work3.ts', 'src/cluster/clusterPorts.ts')],
  },
  'ports-before-client': {
    wrong: [uses('src/ui/door1.ts', 'src/cluster/target.ts')],
    right: [
      namesType('src/ui/door2.ts', 'src/cluster/clusterPorts.ts'),
      uses('src/ui/door3.ts', 'src/cluster/connect.ts'),
    ],
  },
  'one-door-kubernetes': {
    wrong: [npm('src/ui/kubernetes1.ts', '@kubernetes/client-node', 'node_modules/@kubernetes/client-node')],
    right: [
      npm('src/cluster/kubernetes2.ts', '@kubernetes/client-node', 'node_modules/@kubernetes/client-node'),
    ],
  },
  'one-door-websocket': {
    wrong: [npm('src/ui/websocket1.ts', 'ws', 'node_modules/ws/wrapper.mjs')],
    right: [npm('src/cluster/websocket2.ts', 'ws', 'node_modules/ws/wrapper.mjs')],
  },
  'one-door-zip': {
    wrong: [
      npm('src/capture/zip1.ts', 'yauzl', 'node_modules/yauzl'),
      npm('src/ui/zip2.ts', 'yazl', 'node_modules/yazl'),
    ],
    right: [npm('src/bundle/zip3.ts', 'yauzl', 'node_modules/yauzl')],
  },
  'bundle-on-capture': {
    wrong: [
      uses('src/bundle/up1.ts', 'src/worker/target.ts'),
      namesType('src/bundle/up2.ts', 'src/ui/target.ts'),
    ],
    right: [uses('src/bundle/up3.ts', 'src/capture/target.ts')],
  },
  'bundle-when-asked': {
    wrong: [uses('src/ui/asked1.ts', 'src/bundle/target.ts')],
    right: [
      plant(
        'src/ui/asked2.ts',
        'src/bundle/bundles.ts',
        `export const used = import('../bundle/bundles.js');`,
      ),
    ],
  },
  'one-door-pprof': {
    wrong: [npm('src/profile/pprof1.ts', 'pprof-format', 'node_modules/pprof-format')],
    right: [npm('src/profile/codec/pprof2.ts', 'pprof-format', 'node_modules/pprof-format')],
  },
  'one-door-toolkit': {
    wrong: [
      npm('webview/toolkit1.ts', '@vscode/webview-ui-toolkit', 'node_modules/@vscode/webview-ui-toolkit'),
    ],
    right: [
      npm('webview/ui/toolkit.ts', '@vscode/webview-ui-toolkit', 'node_modules/@vscode/webview-ui-toolkit'),
    ],
  },
  'webview-imports': {
    wrong: [
      uses('webview/host1.ts', 'src/ui/target.ts'),
      namesType('webview/host2.ts', 'src/cluster/clusterPorts.ts'),
    ],
    right: [uses('webview/host3.ts', 'src/profile/target.ts')],
  },
  'protocol-types-only': {
    wrong: [uses('src/protocol/code1.ts', 'src/profile/target.ts')],
    right: [namesType('src/protocol/code2.ts', 'src/profile/target.ts')],
  },
  'nothing-imports-tests': {
    wrong: [uses('src/cli/tests1.ts', 'test/target.ts')],
    right: [uses('test/tests2.ts', 'src/profile/target.ts')],
  },
  'no-dev-dependencies': {
    wrong: [npm('src/cli/development1.ts', 'esbuild', 'node_modules/esbuild')],
    right: [npm('test/development2.ts', 'esbuild', 'node_modules/esbuild')],
  },
  'no-cycles': {
    wrong: [uses('src/profile/circle1.ts', 'src/profile/circle2.ts')],
    right: [uses('src/profile/circle3.ts', 'src/profile/target.ts')],
  },
};

/** Files that the imports above need; nothing is wrong with them. */
export const PLANTED_SURROUNDINGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'base',
      'files',
      'profile',
      'strace',
      'evidence',
      'report',
      'triage',
      'protocol',
      'cluster',
      'capture',
      'bundle',
      'worker',
      'worker/node',
      'words',
      'nodes',
      'ui',
    ].map(room => [`src/${room}/target.ts`, '']),
  ),
  'src/bundle/bundles.ts': '',
  'src/threads/parseSamples.ts': '',
  'src/threads/analyse.ts': '',
  'src/profile/readProfile.ts': '',
  'src/cluster/clusterPorts.ts': '',
  'src/cluster/podPorts.ts': '',
  'src/cluster/connect.ts': '',
  'test/target.ts': '',
  'src/profile/circle2.ts': `import { used } from './circle1.js'; export const planted = used;`,
  // `no-dead-files`: reached from an entry, and reached from none.
  'src/extension.ts': `import { planted } from './ui/reached.js'; export const used = planted;`,
  'src/ui/reached.ts': '',
  'src/ui/dead.ts': '',
  ...plantedRooms(),
};

/** Folders that import each other by different files, as no rule about files sees it; three in a ring; a parent. */
function plantedRooms(): Record<string, string> {
  const imports = {
    'flame/draw': 'ui/element',
    'ui/toolbar': 'flame/viewport',
    'ring1/first': 'ring2/target',
    'ring2/second': 'ring3/target',
    'ring3/third': 'ring1/target',
    'page/parent': 'page/below/target',
    'page/below/child': 'page/target',
    // One way: this passes.
    'flame/shade': 'ring1/target',
  };
  const plain = ['ui/element', 'flame/viewport', 'page/target', 'page/below/target'].concat(
    [1, 2, 3].map(at => `ring${at}/target`),
  );
  const files: Record<string, string> = {};
  for (const name of plain) files[`webview/rooms/${name}.ts`] = '';
  for (const [from, to] of Object.entries(imports)) {
    const { from: file, code } = uses(`webview/rooms/${from}.ts`, `webview/rooms/${to}.ts`);
    files[file] = code;
  }
  return files;
}
