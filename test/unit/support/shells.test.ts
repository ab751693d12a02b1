/** Tests of scripts run once a shell: what a machine lacks is said, and is a failure where all tests have to run. */
import { describe, expect, it } from 'vitest';
import { MISSING_SHELLS, SHELLS } from '../../support/shells.js';

describe('the shells that scripts are tested in', () => {
  for (const name of MISSING_SHELLS) it.skip(`scripts run by ${name} [not run: it is not installed]`);

  it.runIf(process.env.CI !== undefined && process.platform === 'linux')(
    'are all there on a CI machine: dash, bash and busybox',
    () => {
      expect(MISSING_SHELLS).toEqual([]);
      expect(SHELLS.length).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(SHELLS)('$name runs a script with its values', shell => {
    expect(shell.run(['sh', '-c', 'printf "%s|" "$0" "$@"', 'name', 'a b', '*'])).toBe('name|a b|*|');
  });
});
