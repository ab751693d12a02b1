/** A mistake in the command line; no fault of the file. */
export class UsageError extends Error {}
