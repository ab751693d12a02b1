/** Ends an exhaustive `switch`: the compiler refuses it while a member of the union has no case. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
