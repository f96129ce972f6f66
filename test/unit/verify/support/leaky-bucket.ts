/** nginx's limit_req: `excess` leaks at the rate; a request that would raise it above the burst is rejected. */
export class LeakyBucket {
  private excess = 0;
  private last: number | null = null;

  constructor(
    /** Requests per second. */
    private readonly rate: number,
    private readonly burst: number,
  ) {}

  /** Whether a request at that moment (milliseconds) passes. */
  admit(now: number): boolean {
    if (this.last === null) {
      this.last = now;
      return true;
    }
    const excess = Math.max(0, this.excess - ((now - this.last) * this.rate) / 1000 + 1);
    if (excess > this.burst) return false;
    this.excess = excess;
    this.last = now;
    return true;
  }

  /** Seconds that `limit_req` without nodelay would hold the request that was admitted last. */
  delay(): number {
    return this.excess / this.rate;
  }
}
