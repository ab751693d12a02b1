// @ts-check
/**
 * Stand-ins in JavaScript for the two native modules that the VS Code server loads at every start. They are not compiled
 * here (no compiler is asked for); without these the server still runs, but writes no log files and complains.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

// Assigned to `exports` one by one: the server imports them as named exports of a CommonJS module, which Node finds by
// reading the source.
const SPDLOG = `'use strict';
const fs = require('node:fs');
const path = require('node:path');
class Logger {
  constructor(file) { fs.mkdirSync(path.dirname(file), { recursive: true }); this.file = file; this.level = 2; }
  write(level, message) {
    if (level < this.level) return;
    try { fs.appendFileSync(this.file, new Date().toISOString() + ' [' + 'TDIWEC'[level] + '] ' + message + '\\n'); }
    catch { /* the folder is removed while the server still says goodbye */ }
  }
  trace(message) { this.write(0, message); }
  debug(message) { this.write(1, message); }
  info(message) { this.write(2, message); }
  warn(message) { this.write(3, message); }
  error(message) { this.write(4, message); }
  critical(message) { this.write(5, message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  clearFormatters() {}
  setPattern() {}
  flush() {}
  drop() {}
}
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.createRotatingLogger = async (name, file) => new Logger(file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger(file);
`;

const WATCHDOG = `'use strict';
exports.start = () => {};
exports.exit = code => process.exit(code ?? 0);
`;

/**
 * Puts them over the modules' own entry files.
 * @param {string} serverRoot
 */
export async function writeNativeStandIns(serverRoot) {
  const modules = path.join(serverRoot, 'node_modules', '@vscode');
  await replaceEntry(path.join(modules, 'spdlog'), SPDLOG);
  await replaceEntry(path.join(modules, 'native-watchdog'), WATCHDOG);
}

/**
 * @param {string} folder
 * @param {string} source
 */
async function replaceEntry(folder, source) {
  if (!existsSync(folder)) return; // this version of the server does without it
  await writeFile(path.join(folder, 'index.js'), source);
}
