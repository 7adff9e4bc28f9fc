import type { SigstoreInstance } from './keyless-instance.ts';
import type { Signer } from './signer.ts';

/** How long to wait for Sigstore's services, for each of them. */
export interface Patience {
  /** Of one attempt, in milliseconds; default 20 000. */
  readonly timeout: number;
  /** Repeats after the first attempt; default 3. */
  readonly retries: number;
  /** Before the first repeat, in milliseconds, doubling; default 1000. */
  readonly firstWait: number;
}

export interface KeylessWorld {
  readonly instance: SigstoreInstance;
  /** A fresh OpenID Connect token of this job. Asked for the audience `sigstore`. */
  readonly identityToken: (audience: string) => Promise<string>;
  readonly patience?: Partial<Patience>;
}

/** Signs with a key of a moment, for which Fulcio certifies who this job is. Nothing is asked before `sign`. */
export function keylessSigner(_world: KeylessWorld): Signer {
  throw new Error('not built yet');
}
