/** Something that tests need and a machine may lack. */
export interface Need {
  isThere: boolean;
  /** What is missing, and how to install it. */
  howToInstall: string;
  /** Whether it can be installed on this kind of machine. Default: yes. */
  isInstallable?: boolean;
}

/**
 * Groups tests that need something. If it is missing, they are skipped with a line that says what to install. With
 * `CI=true` they fail instead, unless it can't be installed on this kind of machine.
 */
export function describeWhere({ isThere, howToInstall, isInstallable = true }: Need, name: string, body: () => void): void {
  if (isThere) {
    describe(name, body);
  } else if (isInstallable && process.env['CI'] === 'true') {
    test(`${name}: something is missing`, () => {
      throw new Error(howToInstall);
    });
  } else {
    process.stderr.write(`\n*** TESTS SKIPPED (${name}): ${howToInstall}\n\n`);
    describe.skip(name, body);
  }
}
