/** Readers of logs: of kubelet, runtime, kernel, systemd, plugins. */
import type { TextReader } from '../model.js';

export const LOG_READERS: readonly TextReader[] = [];
