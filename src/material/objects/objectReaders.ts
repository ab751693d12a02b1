/** Readers of what the API server and the kubelet answer: objects, Events, metrics, settings, goroutines. */
import type { TextReader } from '../model.js';

export const OBJECT_READERS: readonly TextReader[] = [];
