/**
 * How long one gate may wait for GitHub in all: for answers that never came and between attempts. Shared by every
 * call of a client, so that ten slow calls do not wait ten times; when it is used up, calls fail at once.
 */
export interface Patience {
  /** Milliseconds that may still be waited. */
  left(): number;
  /** Takes off time that was waited already. */
  spend(milliseconds: number): void;
  /** Waits and takes off; false, without waiting, when there is less left than that. */
  wait(milliseconds: number): Promise<boolean>;
}

export function createPatience(milliseconds: number, sleep: (milliseconds: number) => Promise<void>): Patience {
  let rest = milliseconds;
  const spend = (waited: number) => {
    rest = Math.max(0, rest - waited);
  };
  return {
    left: () => rest,
    spend,
    wait: async (wanted) => {
      if (wanted > rest) return false;
      spend(wanted);
      await sleep(wanted);
      return true;
    },
  };
}
