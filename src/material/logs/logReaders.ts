/** Readers of logs: of kubelet, runtime, kernel, systemd, plugins. */
import type { TextReader } from '../model.js';
import { logLinesReader } from './logLines.js';

export const LOG_READERS: readonly TextReader[] = [logLinesReader];
