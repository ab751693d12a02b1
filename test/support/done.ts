/** Does it now, for an interface that lets it take time. */
export function done(act: () => void): Promise<void> {
  act();
  return Promise.resolve();
}
