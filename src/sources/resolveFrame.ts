/**
 * From a frame of a profile to its source: the one function that the editor, the command line and the tests ask. It
 * brings the parts together: symbol, file, repository, revision, kernel. Offline, and total: every answer is a link or
 * says why there is none.
 */
import {
  weakest,
  type Confidence,
  type FrameLinks,
  type KernelLink,
  type SourceFacts,
  type SourceFrame,
  type SourceLink,
  type SourcePlace,
} from './frame/frame.js';
import { DEFAULT_TEMPLATES, placeUrl, type SourceTemplates } from './frame/frameUrl.js';
import { declarationPatterns } from './go/functionDeclaration.js';
import { parseGoSymbol, type GoSymbol } from './go/goSymbol.js';
import { buildKernelLink, kernelSource } from './kernel/kernelLink.js';
import { parseKernelRelease } from './kernel/kernelRelease.js';
import { kernelIdentifier } from './kernel/kernelSymbols.js';
import { findServingFunction } from './kernel/servingFunction.js';
import { localPathsOf } from './repository/localPaths.js';
import { locateSource, type Located } from './repository/locateSource.js';
import { because, type Reason } from './frame/reason.js';
import { findSourceFile } from './go/sourceFile.js';

/** `[kernel.kallsyms]`, `[guest.kernel.kallsyms]`, `vmlinux`; and loaded modules, `[nf_conntrack]`. */
const KERNEL_MODULE =
  /^\[(?!vdso|vsyscall|unknown|heap|stack|anon)[\w.-]+\](?:_\w+)?$|(?:^|\/)vmlinux|\.ko(?:\.\w+)?$/;
/** What folded stacks append to a kernel frame. */
const KERNEL_MARK = /_\[k\]$/;
const NATIVE_MODULE = /\.so(?:\.[\d.]+)?$|^\[v(?:dso|syscall)\]$/;

const NOWHERE: FrameLinks['local'] = {
  moduleCache: undefined,
  goRoot: undefined,
  repository: undefined,
  vendored: undefined,
};

/**
 * @param facts of the node and the build (completeFacts joins what is stated with what the profile says)
 * @param templates of the URLs; the public hosts where none are given
 */
export function resolveFrame(
  frame: SourceFrame,
  facts: SourceFacts,
  templates: SourceTemplates = DEFAULT_TEMPLATES,
): FrameLinks {
  if (KERNEL_MODULE.test(frame.module) || KERNEL_MARK.test(frame.function))
    return resolveKernelFrame(frame, facts, templates);
  const symbol = parseGoSymbol(frame.function);
  if (symbol.kind === 'bare' && frame.file === '' && NATIVE_MODULE.test(frame.module))
    return nothing(because('native-code', { module: frame.module }));
  const file = findSourceFile(frame.file, symbol);
  const kernel = kernelBehind(symbol, facts, templates);
  if (file.kind === 'none') return { ...nothing(file.reason), kernel };
  const located = locateSource(file, facts);
  if (located.source === undefined) return { ...nothing(...located.reasons), kernel };
  const source = linkOf(located.source, frame, symbol, templates);
  return {
    source,
    vendored: located.vendored && linkOf(located.vendored, frame, symbol, templates),
    published: located.published && linkOf(located.published, frame, symbol, templates),
    kernel,
    confidence: source.confidence,
    reasons: source.reasons,
    declarations: declarationPatterns(symbol),
    local: localPathsOf(file, source, located.vendored?.place),
  };
}

function resolveKernelFrame(frame: SourceFrame, facts: SourceFacts, templates: SourceTemplates): FrameLinks {
  const symbol = kernelIdentifier(frame.function);
  if (!/^\w+$/.test(symbol)) return nothing(because('no-function', {}));
  const kernel = buildKernelLink(symbol, facts, templates);
  const { confidence, reasons } = kernel;
  const { file } = kernel;
  const local = { ...NOWHERE, repository: file && { name: file.repository, path: file.path } };
  return { ...nothing(), source: kernelSource(kernel), kernel, confidence, reasons, local };
}

function nothing(...reasons: readonly Reason[]): FrameLinks {
  return {
    source: undefined,
    vendored: undefined,
    published: undefined,
    kernel: undefined,
    confidence: 'none',
    reasons,
    local: NOWHERE,
    declarations: [],
  };
}

function kernelBehind(
  symbol: GoSymbol,
  facts: SourceFacts,
  templates: SourceTemplates,
): KernelLink | undefined {
  const kernel = facts.kernelVersion === undefined ? undefined : parseKernelRelease(facts.kernelVersion);
  const { cgroupVersion } = facts;
  const architecture = facts.architecture ?? architectureOf(facts.kernelVersion ?? '');
  const serving = findServingFunction(symbol, { kernel: kernel?.version, cgroupVersion, architecture });
  if (serving === undefined) return undefined;
  const link = buildKernelLink(serving.symbol, facts, templates);
  if (serving.oneOf === undefined || symbol.kind !== 'go') return link;
  const reason = because('kernel-several', { function: symbol.function, file: serving.oneOf });
  return { ...link, serves: serving.oneOf, reasons: [...link.reasons, reason] };
}

/** Red Hat, Amazon, Debian and others end the release with the machine it is for. */
function architectureOf(kernelVersion: string): string | undefined {
  if (/[._-](?:x86_64|amd64)$/.test(kernelVersion)) return 'amd64';
  return /[._-](?:aarch64|arm64)$/.test(kernelVersion) ? 'arm64' : undefined;
}

/** A located file with the frame's line; at an unknown revision (`HEAD`) no line is claimed. */
function linkOf(
  located: Located,
  frame: SourceFrame,
  symbol: GoSymbol,
  templates: SourceTemplates,
): SourceLink {
  const reasons: Reason[] = [...located.reasons];
  let confidence: Confidence = located.confidence;
  let line = 0;
  if (located.place.kind === 'folder') {
    confidence = weakest(confidence, 'approximate');
    reasons.push(because('no-file', { package: symbol.packagePath }));
  } else if (located.place.revision !== 'HEAD') {
    line = frame.line > 0 ? frame.line : frame.startLine;
    if (line <= 0) reasons.push(because('no-line', {}));
  }
  const place: SourcePlace = { ...located.place, line: Math.max(0, line) };
  return { ...place, url: placeUrl(place, templates), confidence, reasons };
}
