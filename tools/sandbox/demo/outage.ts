/**
 * Tells messages that fail for the product's fault from those that can't but fail: somebody keeps the token endpoint down
 * until no valid token is left.
 */
export class Outage {
  /** Messages that failed in it. */
  failed = 0;
  /** From the first answer in an outage to the first one that is good again. */
  private lasts = false;

  /** @param isDown whether the token endpoint is kept down now */
  constructor(private readonly isDown: () => boolean) {}

  /** @param ok how a message was answered just now @returns whether an outage is why it failed */
  explains(ok: boolean): boolean {
    if (this.isDown()) this.lasts = true;
    else if (ok) this.lasts = false;
    if (ok || !this.lasts) return false;
    this.failed += 1;
    return true;
  }
}
