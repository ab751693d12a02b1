/** Readers of what tools of the node and files of /proc and /sys print. */
import type { TextReader } from '../model.js';
import { timedCommandsReader } from './timedCommands.js';

export const TOOL_READERS: readonly TextReader[] = [timedCommandsReader];
