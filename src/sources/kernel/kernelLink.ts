/**
 * Links to a kernel function: the identifier page at the node's version, and the defining file where the table has it.
 * A line is named only for upstream kernels, and only where the table has that very version.
 */
import type { Confidence, KernelLink, SourceFacts, SourceLink } from '../frame/frame.js';
import { fillTemplate, type SourceTemplates } from '../frame/frameUrl.js';
import { because, type Reason } from '../frame/reason.js';
import { parseKernelRelease, type KernelRelease } from './kernelRelease.js';
import { findDefiningFile } from './kernelSymbols.js';

/** Upstream's repository; its stable tags are mirrored by every host the templates lead to. */
const REPOSITORY = 'torvalds/linux';

/** @param symbol an identifier as kernelIdentifier gives it */
export function buildKernelLink(symbol: string, facts: SourceFacts, templates: SourceTemplates): KernelLink {
  const kernel = facts.kernelVersion === undefined ? undefined : parseKernelRelease(facts.kernelVersion);
  const tag = kernel?.tag ?? 'latest';
  const reasons = reasonsOf(kernel);
  const confidence: Confidence = reasons.length === 0 ? 'exact' : 'approximate';
  const file = kernel && definingFile(symbol, kernel, templates, reasons);
  const url = fillTemplate(templates.kernelIdentifier, { tag, symbol, path: file?.path });
  return { symbol, tag, url, file, confidence, reasons };
}

function reasonsOf(kernel: KernelRelease | undefined): readonly Reason[] {
  if (!kernel) return [because('kernel-unknown', {})];
  const { release, vendor, tag } = kernel;
  return vendor === undefined ? [] : [because('kernel-vendor', { release, vendor, tag })];
}

function definingFile(
  symbol: string,
  kernel: KernelRelease,
  templates: SourceTemplates,
  reasons: readonly Reason[],
): SourceLink | undefined {
  const found = findDefiningFile(symbol, kernel.version);
  if (!found) return undefined;
  const line = kernel.vendor === undefined ? found.line : 0;
  const { path } = found;
  const values = { tag: kernel.tag, path, line: line > 0 ? String(line) : undefined };
  return {
    repository: REPOSITORY,
    host: 'github.com',
    revision: kernel.tag,
    path,
    kind: 'file',
    line,
    url: fillTemplate(templates.kernelFile, values),
    confidence: kernel.vendor === undefined && line === 0 ? 'table' : 'approximate',
    reasons: line > 0 ? [...reasons, because('kernel-line', { version: kernel.version.join('.') })] : reasons,
  };
}

/** A kernel frame's own source link: the identifier page. */
export function kernelSource(link: KernelLink): SourceLink {
  return {
    repository: REPOSITORY,
    host: 'github.com',
    revision: link.tag,
    path: link.file?.path ?? '',
    kind: 'identifier',
    line: 0,
    url: link.url,
    confidence: link.confidence,
    reasons: link.reasons,
  };
}
