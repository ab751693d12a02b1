import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, globalIgnores } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const root = path.dirname(fileURLToPath(import.meta.url));
const noEnum = [{ selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' }];

/** What is made while running escapes the checkers of expressions (below, and test/unit/base/expressions.test.ts). */
const noMadeExpression = [
  {
    selector: ':matches(NewExpression, CallExpression)[callee.name="RegExp"]',
    message: 'Write the expression as a literal, or say why this one takes linear time on any text.',
  },
];

/** Leaves an entry at each of its signals for as long as that one lives. */
const noJoinedSignal = [
  {
    selector: 'MemberExpression[object.name="AbortSignal"][property.name="any"]',
    message: 'Use src/base/linkedSignal.ts, which lets go of long-lived signals again.',
  },
];
/** Of all of src and webview. */
const ofSources = [...noEnum, ...noMadeExpression, ...noJoinedSignal];

/** Where text of a cluster, a file or a person reaches the editor: each call has one file (docs/security.md says why). */
const doors = [
  {
    door: 'src/ui/shell/messages.ts',
    calls: 'show(?:Error|Warning|Information)Message|withProgress|setStatusBarMessage|createStatusBarItem',
  },
  { door: 'src/ui/shell/quickPick.ts', calls: 'showQuickPick|createQuickPick|showInputBox|createInputBox' },
  { door: 'src/ui/shell/markdown.ts', calls: 'MarkdownString|Hover|registerHoverProvider' },
  { door: 'src/ui/shell/treeRows.ts', calls: 'TreeItem|createTreeView|registerTreeDataProvider' },
  { door: 'src/ui/shell/codeLenses.ts', calls: 'CodeLens|registerCodeLensProvider' },
  { door: 'src/ui/shell/log.ts', calls: 'createOutputChannel' },
];
/** `vscode.window.x`, as a call or as a value; a type may be named anywhere. {@link nameable} keeps other ways away. */
const doorRules = doors.map(({ door, calls }) => ({
  door,
  selector: `MemberExpression[property.name=/^(?:${calls})$/]`,
  message: `Only ${door} calls this: it keeps links and commands out of text of others.`,
}));
/** Shows text, too, and has no door: code that needs it makes one. */
const doorless = {
  doors: [],
  selector:
    'MemberExpression[property.name=/^(?:InlayHint|registerInlayHintsProvider|DocumentLink|registerDocumentLinkProvider|CompletionItem|registerCompletionItemProvider|createTerminal|createWebviewPanel|registerWebviewViewProvider|createCommentController|createDiagnosticCollection|createTestController)$/]',
  message: 'This shows text and has no door in src/ui yet: make one, and name it in eslint.config.mjs.',
};
const NAMESPACE =
  '[object.name="vscode"][property.name=/^(?:window|commands|languages|l10n|workspace|env)$/]';
/**
 * The rules above go by names. So `vscode` and its namespaces are named each time and in full: not taken apart, handed
 * on, given another name, or asked for a member that is found while it runs.
 */
const nameable = [
  'ImportDeclaration[source.value="vscode"] > ImportSpecifier',
  'ImportDeclaration[source.value="vscode"] > ImportDefaultSpecifier',
  'ImportDeclaration[source.value="vscode"] > ImportNamespaceSpecifier[local.name!="vscode"]',
  ':matches(ExportNamedDeclaration, ExportAllDeclaration, ImportExpression)[source.value="vscode"]',
  'TSExternalModuleReference[expression.value="vscode"]',
  'CallExpression[callee.name="require"]',
  ':not(MemberExpression, TSQualifiedName, ImportNamespaceSpecifier) > Identifier[name="vscode"]',
  'MemberExpression[computed=true] > Identifier[name="vscode"]',
  `:not(MemberExpression) > MemberExpression${NAMESPACE}`,
  `MemberExpression[computed=true] > MemberExpression${NAMESPACE}`,
].map(selector => ({
  doors: [],
  selector,
  message: 'Name vscode.window and its like in full (vscode.window.x), so that the rules for doors see it.',
}));
const otherDoorRules = [
  {
    door: 'src/ui/shell/l10n.ts',
    selector: 'MemberExpression[property.name="t"][object.property.name="l10n"]',
    message: 'Only src/ui/shell/l10n.ts calls this: its t() makes values of sentences safe to show.',
  },
  {
    door: 'src/ui/shell/messages.ts',
    selector:
      'CallExpression[callee.property.name="report"] > ObjectExpression > Property[key.name="message"]',
    message: 'Only src/ui/shell/messages.ts sets the text of progress.',
  },
  ...['isTrusted', 'supportHtml', 'supportThemeIcons'].map(name => ({
    door: 'src/ui/shell/markdown.ts',
    selector: `:matches(Property[key.name="${name}"], Property[key.value="${name}"], AssignmentExpression[left.property.name="${name}"], AssignmentExpression[left.property.value="${name}"])`,
    message: 'Only src/ui/shell/markdown.ts says what Markdown may do.',
  })),
  {
    // What others hold of the editor's (rows, items, inputs, tabs) gets no words past a door.
    doors: ['src/ui/shell/messages.ts', 'src/ui/shell/quickPick.ts', 'src/ui/shell/treeRows.ts'],
    selector:
      'AssignmentExpression[left.property.name=/^(?:label|description|detail|tooltip|title|message|prompt|placeholder|validationMessage|badge|text)$/]:not([left.object.type="ThisExpression"])',
    message:
      'Words are set by src/ui/shell/messages.ts, src/ui/shell/quickPick.ts and src/ui/shell/treeRows.ts.',
  },
  {
    doors: ['src/ui/shell/messages.ts', 'src/ui/shell/quickPick.ts'],
    selector: ':matches(TemplateElement[value.raw=/\\$\\(/], Literal[value=/\\$\\(/])',
    message:
      'Icons in labels come from src/ui/shell/quickPick.ts and src/ui/shell/messages.ts: give them the name of the icon.',
  },
];
/**
 * Pages make elements of names and texts by webview/ui/dom.ts, and nothing that is read as markup, loads, leads
 * somewhere or runs: not in another file, and not there either.
 */
const MARKUP =
  'innerHTML|outerHTML|insertAdjacentHTML|setHTML|setHTMLUnsafe|srcdoc|createContextualFragment|parseFromString|parseHTMLUnsafe|DOMParser|execCommand';
const LEADING = 'href|src|srcset|action|formAction|location|cssText|on[a-z]+';
const pageRules = [
  `MemberExpression[property.name=/^(?:${MARKUP})$/]`,
  `Identifier[name=/^(?:DOMParser|XSLTProcessor|eval)$/]`,
  `Literal[value=/^(?:${MARKUP}|document|write|writeln)$/]`,
  'MemberExpression[object.name="document"][property.name=/^(?:write|writeln|location|domain|cookie)$/]',
  'MemberExpression[object.name=/^(?:window|globalThis|self)$/][property.name=/^(?:open|location|eval|Function)$/]',
  ':matches(NewExpression, CallExpression)[callee.name=/^(?:Function|open)$/]',
  `AssignmentExpression[left.property.name=/^(?:${LEADING})$/]`,
  'CallExpression[callee.property.name=/^setAttribute(?:NS|Node)?$/]:not([arguments.0.value=/^(?:aria-[a-z]+|appearance|d|fill-rule)$/])',
  'CallExpression[callee.property.name=/^createElement(?:NS)?$/]:not([arguments.0.value=/^vscode-[a-z-]+$/])',
].map(selector => ({
  selector,
  message: 'Names are text on a page: make elements by webview/ui/dom.ts, and ask the host to open links.',
}));
/** What dom.ts itself is for. */
const domRules = pageRules.filter(
  ({ selector }) => !selector.startsWith('CallExpression[callee.property.name=/^'),
);
const doorsOf = rule => rule.doors ?? [rule.door];
const allDoorRules = [...doorRules, ...otherDoorRules, doorless, ...nameable];
const doorFiles = [...new Set(allDoorRules.flatMap(doorsOf))];
const forRule = ({ selector, message }) => ({ selector, message });

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'node_modules/', 'test/host/', 'test/fixtures/', 'coverage/']),
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'src/tsconfig.core.json',
          'src/tsconfig.host.json',
          'webview/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: root,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', minimumDescriptionLength: 10 },
      ],
      eqeqeq: 'error',
      complexity: ['error', 12],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 70, skipComments: true, skipBlankLines: true }],
      'max-params': ['error', 5],
      'no-restricted-syntax': ['error', ...noEnum],
      'no-console': 'error',
    },
  },
  {
    // Hot loops over typed arrays: an index is in range by construction there, and a check costs what the loop earns.
    files: ['src/profile/**/*.ts', 'webview/flame/**/*.ts', 'webview/table/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-console': 'off',
    },
  },
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    // Nearly every expression runs over text of others: none may take more than linear time for its length.
    // test/unit/base/expressions.test.ts tries them all, linearTime.test.ts the readers; this underlines what it can prove.
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ofSources] },
  },
  {
    files: ['src/ui/**/*.ts', 'src/extension.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...ofSources, ...allDoorRules.map(forRule)],
    },
  },
  // A door may do what it is the door for, and nothing that others are.
  ...doorFiles.map(file => ({
    files: [file],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...ofSources,
        ...allDoorRules.filter(rule => !doorsOf(rule).includes(file)).map(forRule),
      ],
    },
  })),
  {
    files: ['webview/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ofSources, ...pageRules] },
  },
  {
    files: ['webview/ui/dom.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ofSources, ...domRules] },
  },
  {
    // The same rules as .dependency-cruiser.cjs, where the editor can underline them.
    files: ['src/**/*.ts', 'webview/**/*.ts'],
    ignores: ['src/ui/**', 'src/extension.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'vscode', message: 'Only src/ui knows vscode.' }] },
      ],
    },
  },
);
