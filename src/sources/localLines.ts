/**
 * Where the lines of a function stand in a text at hand, which may be of another version than the profile's: the
 * function is found by its name and its lines move along with it. Reads no files.
 */
import { findKernelFunction, type GoText } from './go/functionDeclaration.js';
import { parseGoSymbol, type GoSymbol } from './go/goSymbol.js';
import { kernelIdentifier } from './kernel/kernelSymbols.js';

export type LocalLines =
  /** Every line of the function stands `by` lines further down. */
  | { readonly kind: 'moved'; readonly by: number; readonly declaration: number }
  /** Only where the function (or the one around a closure) begins. */
  | { readonly kind: 'declaration'; readonly declaration: number }
  /** The text does not have it. */
  | { readonly kind: 'missing' };

export interface LocalFunction {
  readonly name: string;
  /** First line in the profile, or 0. */
  readonly startLine: number;
  readonly isKernel: boolean;
}

/** @param isSameVersion where the text is known to be what was built: its lines are the profile's as they are. */
export function findLocalLines(source: GoText, subject: LocalFunction, isSameVersion: boolean): LocalLines {
  const { text } = source;
  const { name, startLine, isKernel } = subject;
  const symbol = parseGoSymbol(name);
  const declaration = isKernel ? findKernelFunction(text, kernelIdentifier(name)) : source.find(symbol);
  if (symbol.closure !== '') {
    const around = declaration ?? (isSameVersion ? lineOfLiteral(text, symbol, startLine) : undefined);
    if (around === undefined) return { kind: 'missing' };
    // The first line of a closure is its own, and no name finds it in another version.
    if (isSameVersion) return { kind: 'moved', by: 0, declaration: startLine > 0 ? startLine : around };
    return { kind: 'declaration', declaration: around };
  }
  if (declaration === undefined) return { kind: 'missing' };
  if (startLine > 0) return { kind: 'moved', by: declaration - startLine, declaration };
  return isSameVersion ? { kind: 'moved', by: 0, declaration } : { kind: 'declaration', declaration };
}

/**
 * A closure of a package's variable has no function around it (`glob..func1`; `init.func1` since Go 1.21): its first line
 * has to hold the literal.
 */
function lineOfLiteral(text: string, symbol: GoSymbol, startLine: number): number | undefined {
  if (symbol.receiver !== '' || !['', 'init'].includes(symbol.function)) return undefined;
  return /\bfunc\b/.test(text.split('\n')[startLine - 1] ?? '') ? startLine : undefined;
}

/** The line of the text for one of the profile's; 0 where the text does not have the function. */
export function localLineOf(lines: LocalLines, line: number): number {
  if (lines.kind === 'missing') return 0;
  return lines.kind === 'moved' && line > 0 ? Math.max(1, line + lines.by) : lines.declaration;
}
