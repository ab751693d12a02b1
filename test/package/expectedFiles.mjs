// @ts-check
/** What the package holds, and how large each may be. A file that no line expects, or a line without a file, is an error. */

/**
 * @typedef {object} Expected
 * @property {RegExp} name       path inside the package, as in the checkout
 * @property {number} kilobytes  budget of all files of the line together, uncompressed
 */

/** @type {readonly Expected[]} */
export const EXPECTED_FILES = [
  { name: /^package(\.nls(\.zh-cn)?)?\.json$/, kilobytes: 66 },
  { name: /^(README|CHANGELOG)\.md$/, kilobytes: 60 },
  { name: /^LICENSE$/, kilobytes: 12 },
  // Of each package that is bundled: test/package/notices.mjs.
  { name: /^dist\/THIRD-PARTY-NOTICES\.txt$/, kilobytes: 160 },
  // Loaded at every activation.
  { name: /^dist\/extension\.cjs$/, kilobytes: 270 },
  // @kubernetes/client-node and what it needs; loaded when a cluster is first asked for.
  { name: /^dist\/cluster\.cjs$/, kilobytes: 1300 },
  // Loaded when a context is connected: jobs and their readers, the remedy and its record.
  { name: /^dist\/debugpods\.cjs$/, kilobytes: 260 },
  // Loaded when captures are exported for a colleague, or a bundle is opened: both zip packages.
  { name: /^dist\/bundles\.cjs$/, kilobytes: 75 },
  // Loaded with the first profile or triage of a node.
  { name: /^dist\/captures\.cjs$/, kilobytes: 75 },
  // Loaded when a triage is exported.
  { name: /^dist\/exports\.cjs$/, kilobytes: 30 },
  // With the rules of triage and their texts.
  { name: /^dist\/worker\.cjs$/, kilobytes: 700 },
  { name: /^dist\/webview\/main\.js$/, kilobytes: 260 },
  { name: /^dist\/webview\/report\.js$/, kilobytes: 220 },
  { name: /^dist\/webview\/(?:style|report)\.css$/, kilobytes: 40 },
  { name: /^media\/icon\.png$/, kilobytes: 20 },
  { name: /^media\/[\w-]+\.svg$/, kilobytes: 10 },
  { name: /^media\/walkthrough\/[\w-]+\.svg$/, kilobytes: 40 },
  { name: /^media\/l10n\/bundle\.l10n\.zh-cn\.json$/, kilobytes: 140 },
  { name: /^media\/readme\/[\w-]+\.png$/, kilobytes: 900 },
];

/** The whole .vsix, compressed. */
export const PACKAGE_KILOBYTES = 1600;
