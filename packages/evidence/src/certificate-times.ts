import type { SignedEntity } from '@sigstore/verify';

/**
 * When something was signed, by all who say so: timestamp authorities, and transparency logs with their signed promise.
 * Other log entries carry a time that nobody signed (Rekor v2 has none at all).
 */
export function signedTimes({ timestamps }: SignedEntity): readonly Date[] {
  return timestamps.flatMap((one) => {
    if (one.$case === 'timestamp-authority') return [one.timestamp.signingTime];
    const { inclusionPromise, integratedTime } = one.tlogEntry;
    return inclusionPromise === undefined ? [] : [secondsToDate(integratedTime)];
  });
}

/** Seconds since 1970, as bundles write them. */
export function secondsToDate(seconds: string): Date {
  return new Date(Number(seconds) * 1000);
}
