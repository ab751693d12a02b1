/**
 * Links against real source: where this machine has the modules of a recorded kubelet (the cluster lane downloads
 * them) or the Go release it was built with, every line must be a line of the function it is said to be of.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SourceFrame } from '../../../src/sources/frame/frame.js';
import { GoText } from '../../../src/sources/go/functionDeclaration.js';
import { parseGoSymbol } from '../../../src/sources/go/goSymbol.js';
import { resolveFrame } from '../../../src/sources/resolveFrame.js';
import { framesOfProfile } from './fixtureFrames.js';

const PROFILE = 'cpu-v1.32-runc-30s.pb.gz';
const frames = framesOfProfile(PROFILE);

const moduleCache =
  process.env['GOMODCACHE'] ?? path.join(process.env['GOPATH'] ?? path.join(homedir(), 'go'), 'pkg', 'mod');
const runc = 'github.com/opencontainers/runc@v1.2.1';
const hasModules = existsSync(path.join(moduleCache, runc));

const goRoot = [process.env['GOROOT'], '/usr/local/go', '/usr/lib/go-1.26'].find(
  root => root !== undefined && /^go1\.26\./.test(versionOf(root)),
);

function versionOf(root: string): string {
  const file = path.join(root, 'VERSION');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** What is wrong with the frame's lines in the text of its file, or undefined. */
function complaint({ function: name, line, startLine }: SourceFrame, text: string): string | undefined {
  const lines = text.split('\n');
  const symbol = parseGoSymbol(name);
  // Closures begin where their literal does, package initialisation at a variable.
  const isDeclared = symbol.closure === '' && symbol.function !== 'init';
  const declared = new GoText(text).find(symbol);
  if (isDeclared && declared !== startLine)
    return `${name}: found by name at ${declared ?? 'no line'}, the profile says ${startLine}`;
  const isAssembly = (lines[startLine - 1] ?? '').startsWith('TEXT');
  const length = lines.slice(startLine - 1).findIndex(each => /^[})]/.test(each));
  const end = isAssembly || length < 0 ? lines.length : startLine + length;
  return line >= startLine && line <= end
    ? undefined
    : `${name}: line ${line} is outside ${startLine}-${end}`;
}

describe('lines in real source', () => {
  it.skipIf(!hasModules)(
    `modules of ${PROFILE} (${hasModules ? 'in the module cache' : `skipped: ${runc} is not in ${moduleCache}`})`,
    () => {
      const checked = frames.flatMap(frame => {
        const { local, confidence } = resolveFrame(frame, {});
        const file = local.moduleCache && path.join(moduleCache, local.moduleCache);
        if (file === undefined || confidence !== 'exact' || !existsSync(file)) return [];
        return [complaint(frame, readFileSync(file, 'utf8'))];
      });
      expect(checked.filter(found => found !== undefined)).toEqual([]);
      expect(checked.length).toBeGreaterThan(150);
    },
  );

  it.skipIf(goRoot === undefined)(
    `the Go release of ${PROFILE} (${goRoot === undefined ? 'skipped: no Go 1.26 is installed' : 'installed'})`,
    () => {
      const checked = frames.flatMap(frame => {
        const { local } = resolveFrame(frame, {});
        const file = goRoot !== undefined && local.goRoot && path.join(goRoot, local.goRoot);
        return file ? [existsSync(file) ? complaint(frame, readFileSync(file, 'utf8')) : `no ${file}`] : [];
      });
      // The recording does not say which patch release it was: a few lines may have moved.
      expect(checked.filter(found => found !== undefined).length).toBeLessThan(checked.length / 20);
      expect(checked.length).toBeGreaterThan(250);
    },
  );
});
