/** The layers of docs/architecture.md. A comment says what to do instead. test/architecture shows that each rule bites. */
const pure =
  '^src/(base|kubelet|profile|strace|ktrace|threads|cgroup|nodefacts|evidence|report|kernelfix|material|triage|remedy|sources|protocol)/';
/** Below worker/ each kind of host has a folder; jobs themselves know none. */
const jobs = '^src/worker/[^/]+[.]ts$';
const entryPoints =
  '^(src/extension|src/worker/node/decodeWorker|src/cli/inspect|src/cluster/connect|webview/main|webview/report/main)[.]ts$';
const room = name => `^src/${name}/`;

/** What turns bytes or text of a file into what it says: parsers, counters and judges. */
const interpreters =
  '^src/(profile/readProfile|strace/(parseLog|looksLikeStrace|goVerdict)|ktrace/(parseEvents|requireCalls|looksLikeKernelTrace)|threads/(parseSamples|analyse|verdict)|cgroup/(parseHealth|assess)|nodefacts/(parseFacts|assess)|kernelfix/(threadVerdict|cgroupVerdict))[.]ts$';

module.exports = {
  forbidden: [
    {
      name: 'vscode-only-in-ui',
      severity: 'error',
      comment: 'Move the logic to a pure folder and pass the data in from src/ui.',
      from: { path: '^(src|webview)/', pathNot: '^src/(ui/|extension[.]ts)' },
      to: { path: '(^|/)(@types/)?vscode(/|$)' },
    },
    {
      name: 'pure-stays-pure',
      severity: 'error',
      comment: 'Pure folders know no Node and no network. Take bytes or text as a parameter.',
      from: { path: [pure, jobs] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-to-pure',
      severity: 'error',
      comment: 'Data flows outwards: a pure folder never imports a folder that does I/O.',
      from: { path: pure },
      to: {
        path: '^(src/(files|cluster|debugpod|capture|bundle|worker|cli|words|nodes|podwork|checkouts|ui)/|src/extension|webview/)',
      },
    },
    {
      name: 'jobs-know-no-host',
      severity: 'error',
      comment:
        'A job takes files and compression from its JobHost; what is of Node alone belongs into worker/node.',
      from: { path: jobs },
      to: {
        path: '^(src/(worker/.+/|files/|cluster/|debugpod/|capture/|cli/|words/|nodes/|podwork/|checkouts/|ui/)|src/extension|webview/)',
      },
    },
    {
      name: 'base-is-the-bottom',
      severity: 'error',
      comment: 'base imports base alone.',
      from: { path: room('base') },
      to: { path: '^(src|webview)/', pathNot: room('base') },
    },
    {
      name: 'kubelet-on-base',
      severity: 'error',
      comment: 'How the kubelet is told from others is below what is measured of it.',
      from: { path: room('kubelet') },
      to: { path: '^(src|webview)/', pathNot: '^src/(base|kubelet)/' },
    },
    {
      name: 'peers',
      severity: 'error',
      comment: 'What reads one kind of file knows no other kind; src/evidence brings them together.',
      from: { path: '^src/(profile|strace|ktrace|threads|cgroup|nodefacts)/' },
      to: {
        path: '^src/(profile|strace|ktrace|threads|cgroup|nodefacts|evidence|report|kernelfix|material|triage|sources|protocol)/',
        pathNot: ['^src/$1/', '^src/strace/'],
      },
    },
    {
      name: 'strace-below-ktrace',
      severity: 'error',
      comment: 'ktrace may use the call records of strace; the others may not look aside.',
      from: { path: '^src/(profile|threads|cgroup|nodefacts)/' },
      to: { path: '^src/strace/' },
    },
    {
      name: 'evidence-is-read-once',
      severity: 'error',
      comment:
        'Only src/evidence composes parsing, counting and judging: call readEvidence.ts or a reader beside it.',
      from: { path: '^(?:src|webview)/([^/]+)', pathNot: '^src/evidence/' },
      to: {
        path: interpreters,
        // A room may use its own. Types name what was read.
        pathNot: ['^src/$1/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'evidence-below-pages',
      severity: 'error',
      comment: 'What a file says is known before what a page shows of it.',
      from: { path: room('evidence') },
      to: { path: '^src/(report|protocol|material|triage)/' },
    },
    {
      name: 'material-below-triage',
      severity: 'error',
      comment: 'What is known of a node is read before anything is concluded from it.',
      from: { path: room('material') },
      to: { path: '^src/(triage|report|protocol)/' },
    },
    {
      name: 'report-on-logs',
      severity: 'error',
      comment: 'A report is counted from logs. Links come from src/ui, profiles have a page of their own.',
      from: { path: room('report') },
      to: { path: '^src/(profile|sources|protocol)/' },
    },
    {
      name: 'files-on-base',
      severity: 'error',
      comment: 'files knows base alone: how a file is read and written, not what it means.',
      from: { path: room('files') },
      to: { path: '^(src|webview)/', pathNot: '^src/(base|files)/' },
    },
    {
      name: 'cluster-on-base',
      severity: 'error',
      comment: 'cluster knows base and files alone; capture brings its bytes to the other rooms.',
      from: { path: room('cluster') },
      to: { path: '^(src|webview)/', pathNot: '^src/(base|files|cluster)/' },
    },
    {
      name: 'debugpod-on-cluster',
      severity: 'error',
      comment: 'debugpod knows pods and commands, not what they are for: capture brings both together.',
      from: { path: room('debugpod') },
      to: { path: '^(src|webview)/', pathNot: '^src/(base|cluster|debugpod)/' },
    },
    {
      name: 'capture-below-ui',
      severity: 'error',
      comment: 'capture must run without an editor.',
      from: { path: '^src/(debugpod|capture|bundle|worker|cli)/' },
      to: { path: '^(src/(words|nodes|podwork|checkouts|ui)/|src/extension|webview/)' },
    },
    {
      name: 'headless-below-ui',
      severity: 'error',
      comment: 'What needs no editor is tested without one: take what the editor does as a parameter.',
      from: { path: '^src/(words|nodes|podwork|checkouts)/' },
      to: { path: '^(src/ui/|src/extension|webview/)' },
    },
    {
      name: 'words-are-text',
      severity: 'error',
      comment:
        'words makes sentences of facts: no Node, and of the rooms that do I/O only their types and rights.',
      from: { path: room('words') },
      to: { path: '^src/(files|nodes|podwork|checkouts|cli)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'ports-before-client',
      severity: 'error',
      comment: 'Outside cluster only its ports and connect.ts are known.',
      from: { path: '^src/', pathNot: room('cluster') },
      to: { path: room('cluster'), pathNot: '^src/cluster/(clusterPorts|podPorts|podRights|connect)[.]ts$' },
    },
    {
      name: 'one-door-kubernetes',
      severity: 'error',
      comment: 'Only src/cluster imports the client.',
      from: { path: '^(src|webview)/', pathNot: room('cluster') },
      to: { path: '@kubernetes/client-node' },
    },
    {
      name: 'one-door-websocket',
      severity: 'error',
      comment: 'Only src/cluster opens websockets: with the credentials, limits and log of its door.',
      from: { path: '^(src|webview)/', pathNot: room('cluster') },
      to: { path: 'node_modules/ws/|^ws$' },
    },
    {
      name: 'one-door-zip',
      severity: 'error',
      comment: 'Only src/bundle packs and unpacks zips: it holds what comes to its limits.',
      from: { path: '^(src|webview)/', pathNot: room('bundle') },
      to: { path: '(^|/)(yauzl|yazl)(/|$)' },
    },
    {
      name: 'bundle-on-capture',
      severity: 'error',
      comment: 'A bundle is folders of captures in one file; what it is for, src/ui knows.',
      from: { path: room('bundle') },
      to: { path: '^(src|webview)/', pathNot: '^src/(base|files|capture|bundle)/' },
    },
    {
      name: 'bundle-when-asked',
      severity: 'error',
      comment:
        'Others import the names and problems of bundles; bundles.ts by import(), as it brings the zip packages.',
      from: { path: '^src/', pathNot: room('bundle') },
      to: {
        path: room('bundle'),
        pathNot: '^src/bundle/(bundles|bundleNames|bundleProblem)[.]ts$',
      },
    },
    {
      name: 'one-door-pprof',
      severity: 'error',
      comment: 'Only src/profile/codec imports pprof-format.',
      from: { path: '^(src|webview)/', pathNot: '^src/profile/codec/' },
      to: { path: 'pprof-format' },
    },
    {
      name: 'one-door-toolkit',
      severity: 'error',
      comment: 'Only webview/ui/toolkit.ts imports the toolkit (it is sunset upstream).',
      from: { path: '^(src|webview)/', pathNot: '^webview/ui/toolkit[.]ts$' },
      to: { path: 'webview-ui-toolkit' },
    },
    {
      name: 'webview-imports',
      severity: 'error',
      comment: 'The page knows the pure rooms and the protocol.',
      from: { path: '^webview/' },
      to: { path: '^src/', pathNot: '^src/(base|protocol|profile|report|sources)/' },
    },
    {
      name: 'protocol-types-only',
      severity: 'error',
      comment: 'protocol imports types of profile, report and triage, never code.',
      from: { path: room('protocol') },
      to: { path: '^src/(profile|report|triage|sources)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      comment: 'Product code knows no test.',
      from: { path: '^(src|webview)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'Bundled code uses dependencies, not devDependencies.',
      from: { path: '^(src|webview)/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: ['@types/', 'vscode'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Put what both need into the lower one.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-dead-files',
      severity: 'error',
      comment: 'Delete it, or import it.',
      from: { path: entryPoints },
      to: { path: '^(src|webview)/.*[.]ts$', pathNot: ['[.]d[.]ts$', entryPoints], reachable: false },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^test/(host|fixtures)/', '^(out|dist)/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.d.ts', '.js', '.mjs', '.cjs'],
    },
  },
};
