import type { Signer } from './signer.ts';

/** What a key service is reached with. */
export interface KmsWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** Resolves after so many milliseconds; default a timer. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** One line for each repeat. */
  readonly log?: (line: string) => void;
}

/** @throws UserError key-unusable, signing-unavailable */
export async function kmsSigner(_uri: string, _world: KmsWorld): Promise<Signer> {
  throw new Error('not built yet');
}
