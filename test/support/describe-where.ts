/** What tests need that a machine may lack. */
export interface Need {
  isThere: boolean;
  /** What is missing, and how it is installed. */
  howToInstall: string;
  /** Whether the project installs it on this kind of machine. Default: yes. */
  isInstallable?: boolean;
}

/**
 * Groups tests that need something. Without it they are skipped, with a line that says what to install; with `CI=true` they
 * fail, unless it can't be had on such a machine.
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
