/** Every name that package.json and the code share. A test compares the two, and what is registered, by these. */
export const COMMANDS = {
  // nodes
  refreshNodes: 'nodeTriage.refreshNodes',
  filterNodes: 'nodeTriage.filterNodes',
  clearNodeFilter: 'nodeTriage.clearNodeFilter',
  sortNodesByCpu: 'nodeTriage.sortNodesByCpu',
  sortNodesByName: 'nodeTriage.sortNodesByName',
  connectContext: 'nodeTriage.connectContext',
  disconnectContext: 'nodeTriage.disconnectContext',
  retryContext: 'nodeTriage.retryContext',
  allowCredentials: 'nodeTriage.allowCredentials',
  chooseKubeconfig: 'nodeTriage.chooseKubeconfig',
  copyNodeName: 'nodeTriage.copyNodeName',
  copyRbac: 'nodeTriage.copyRbac',
  showLog: 'nodeTriage.showLog',
  openSettings: 'nodeTriage.openSettings',
  // triage
  triageNode: 'nodeTriage.triageNode',
  // profiling
  profileCpu: 'nodeTriage.profileCpu',
  profileHeap: 'nodeTriage.profileHeap',
  profileAllocs: 'nodeTriage.profileAllocs',
  profileGoroutine: 'nodeTriage.profileGoroutine',
  profileBlock: 'nodeTriage.profileBlock',
  profileMutex: 'nodeTriage.profileMutex',
  profileThreadcreate: 'nodeTriage.profileThreadcreate',
  // Go's execution trace; the id is older than the name. System calls are traceCalls.
  saveExecutionTrace: 'nodeTriage.captureTrace',
  // through a debug pod
  traceCalls: 'nodeTriage.traceCalls',
  sampleThreads: 'nodeTriage.sampleThreads',
  checkCgroups: 'nodeTriage.checkCgroups',
  readNodeFacts: 'nodeTriage.readNodeFacts',
  examineNode: 'nodeTriage.examineNode',
  // of buttons in reports
  applyRemedy: 'nodeTriage.applyRemedy',
  checkRemedy: 'nodeTriage.checkRemedy',
  removeDebugPods: 'nodeTriage.removeDebugPods',
  // captures under way
  stopAndKeep: 'nodeTriage.stopAndKeep',
  cancelCapture: 'nodeTriage.cancelCapture',
  // captures
  refreshCaptures: 'nodeTriage.refreshCaptures',
  filterCaptures: 'nodeTriage.filterCaptures',
  clearCaptureFilter: 'nodeTriage.clearCaptureFilter',
  openCapture: 'nodeTriage.openCapture',
  revealCapture: 'nodeTriage.revealCapture',
  renameCapture: 'nodeTriage.renameCapture',
  deleteCapture: 'nodeTriage.deleteCapture',
  exportCapture: 'nodeTriage.exportCapture',
  exportBundle: 'nodeTriage.exportBundle',
  // profile editor
  openProfile: 'nodeTriage.openProfile',
  searchProfile: 'nodeTriage.searchProfile',
  resetZoom: 'nodeTriage.resetZoom',
  toggleOrientation: 'nodeTriage.toggleOrientation',
  toggleBottomUp: 'nodeTriage.toggleBottomUp',
  exportFolded: 'nodeTriage.exportFolded',
  focusTable: 'nodeTriage.focusTable',
  // sources
  openHotFrames: 'nodeTriage.openHotFrames',
  showInFlameGraph: 'nodeTriage.showInFlameGraph',
  openSource: 'nodeTriage.openSource',
  copyPermalink: 'nodeTriage.copyPermalink',
  toggleSourceCosts: 'nodeTriage.toggleSourceCosts',
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = {
  container: 'nodeTriage',
  nodes: 'nodeTriage.nodes',
  captures: 'nodeTriage.captures',
} as const;

/** View types of the custom editor: for the names profiles have, and under Open With for any other name. */
export const PROFILE_EDITOR = 'nodeTriage.profile';
export const ANY_PROFILE_EDITOR = 'nodeTriage.profile.any';
/** The same for traces, samples and health files. */
export const REPORT_EDITOR = 'nodeTriage.report';
export const ANY_REPORT_EDITOR = 'nodeTriage.report.any';

/** Address scheme of Hot Frames documents. */
export const FRAMES_SCHEME = 'node-triage-frames';

/** Context keys of `when` clauses. */
export const CONTEXT_KEYS = {
  /** `loading`, `none` (no kubeconfig file), `missing` (none of those that are named), `invalid`, `empty` (no context in it), `ready`. */
  kubeconfig: 'nodeTriage.kubeconfig',
  hasNodeFilter: 'nodeTriage.hasNodeFilter',
  /** Else by name. */
  isSortedByCpu: 'nodeTriage.isSortedByCpu',
  hasCaptureFilter: 'nodeTriage.hasCaptureFilter',
  /** A capture is running, anywhere. */
  isCapturing: 'nodeTriage.isCapturing',
  /** The active profile editor shows a running capture. */
  isGrowingProfile: 'nodeTriage.isGrowingProfile',
} as const;

/**
 * TreeItem.contextValue, matched in package.json as a regular expression:
 * `context` + `.connected` | `.disconnected` | `.failed`; `node` (+ `.capturing`); `capture` + a word of
 * {@link CAPTURE_ITEM}; `captureNode`, `captureCase`; `notice`.
 */
export const ITEM = {
  context: 'context',
  node: 'node',
  capture: 'capture',
  captureNode: 'captureNode',
  captureCase: 'captureCase',
  notice: 'notice',
} as const;

/** What a row of a capture can be asked for, behind `capture.`. */
export const CAPTURE_ITEM = {
  /** Nothing is on the disk yet. */
  starting: 'starting',
  running: 'running',
  profile: 'profile',
  report: 'report',
  /** An execution trace, which another tool opens. */
  trace: 'trace',
  /** None of its files is there. */
  empty: 'empty',
  /** Its record cannot be used. */
  invalid: 'invalid',
} as const;
export type CaptureItem = keyof typeof CAPTURE_ITEM;

export const SETTINGS_SECTION = 'nodeTriage';
export const SETTINGS = {
  kubeconfig: 'kubeconfig',
  profileSeconds: 'profile.seconds',
  profileSliceSeconds: 'profile.sliceSeconds',
  traceSeconds: 'trace.seconds',
  captureFolder: 'captureFolder',
  kubeletCpuEnabled: 'kubeletCpu.enabled',
  kubeletCpuIntervalSeconds: 'kubeletCpu.intervalSeconds',
  kubeletCpuParallel: 'kubeletCpu.parallelRequests',
  hotCores: 'kubeletCpu.hotCores',
  orientation: 'flameGraph.orientation',
  maxProfileMegabytes: 'profile.maxSizeMegabytes',
  sourceRoots: 'sourceRoots',
  sourceTemplates: 'sources.templates',
  showSourceCosts: 'sources.showCosts',
  podImage: 'debugPod.image',
  podNamespace: 'debugPod.namespace',
  podPullSecret: 'debugPod.pullSecret',
  podServiceAccount: 'debugPod.serviceAccount',
  straceFile: 'debugPod.straceFile',
  callsEngine: 'calls.engine',
  callsSeconds: 'calls.seconds',
  threadsSeconds: 'threads.seconds',
} as const;
