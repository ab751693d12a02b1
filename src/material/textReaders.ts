/** Every reader of text, all of which look at every text: a post has lines of many tools. */
import type { TextReader } from './model.js';
import { LOG_READERS } from './logs/logReaders.js';
import { OBJECT_READERS } from './objects/objectReaders.js';
import { TOOL_READERS } from './tools/toolReaders.js';

export const TEXT_READERS: readonly TextReader[] = [...OBJECT_READERS, ...TOOL_READERS, ...LOG_READERS];

/** Those for a text that is one JSON object: no tool prints its table there, and the list of pods of a node is long. */
export const DOCUMENT_READERS: readonly TextReader[] = [...OBJECT_READERS, ...LOG_READERS];
