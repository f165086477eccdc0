/**
 * Tells messages that fail because of the product from those that must fail, because the user keeps the token endpoint down
 * until no valid token is left.
 */
export class Outage {
  /** How many messages failed in an outage. */
  failed = 0;
  /** True from the first answer in an outage until the first good answer after it. */
  private lasts = false;

  /** @param isDown tells whether the user keeps the token endpoint down now */
  constructor(private readonly isDown: () => boolean) {}

  /** @param ok whether the latest message succeeded @returns whether it failed because of an outage */
  explains(ok: boolean): boolean {
    if (this.isDown()) this.lasts = true;
    else if (ok) this.lasts = false;
    if (ok || !this.lasts) return false;
    this.failed += 1;
    return true;
  }
}
