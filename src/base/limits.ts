/**
 * How much of what comes from outside is taken: by nodes, pods, files, colleagues and API servers. One table, so that a
 * reader can check that every input has an end; docs/security.md says what each limit is for. A limit that only one
 * algorithm knows (a queue, a cache) stays where it is used.
 */

/** Text of others, in UTF-16 code units, after the cut in {@link plainLine}. */
export const OUTSIDE_TEXT = {
  /** A reason, a title, a name: one line of a message, a tooltip or the log. */
  line: 500,
} as const;

/** Files of a workspace or a colleague, in bytes. */
export const FILE_BYTES = {
  /** capture.json and other records of ours: they are a few KB. */
  record: 1024 * 1024,
} as const;
