import { serviceAddress } from './service-address.ts';

/** The services of one Sigstore: who issues certificates, who logs, who says the time. */
export interface SigstoreInstance {
  readonly fulcioUrl: string;
  readonly rekorUrl?: string;
  /** API of the transparency log; default 1. A log of version 2 says no time, so `tsaUrl` is needed beside it. */
  readonly rekorVersion?: 1 | 2;
  readonly tsaUrl?: string;
}

/** Public good instance: what it signs is in a public log, so it is for public repositories. As @actions/attest 3 has it. */
export const publicSigstore: SigstoreInstance = {
  fulcioUrl: 'https://fulcio.sigstore.dev',
  rekorUrl: 'https://rekor.sigstore.dev',
};

/** GitHub's own: no public log, a timestamp authority says when. For private repositories of GitHub Enterprise Cloud. */
export const githubSigstore: SigstoreInstance = githubSigstoreOf('https://github.com');

/**
 * GitHub's own beside a given server: with data residency (`https://octocorp.ghe.com`) it is at that host. GitHub
 * Enterprise Server has none. As @actions/attest 3 has it.
 */
export function githubSigstoreOf(serverUrl: string): SigstoreInstance {
  const { hostname } = new URL(serverUrl);
  const host = hostname === 'github.com' ? 'githubapp.com' : hostname;
  return { fulcioUrl: `https://fulcio.${host}`, tsaUrl: `https://timestamp.${host}` };
}

/** With its addresses checked: an identity token goes there. @throws UserError signing-unavailable */
export function checkedInstance({ fulcioUrl, rekorUrl, tsaUrl, rekorVersion = 1 }: SigstoreInstance) {
  return {
    fulcioUrl: serviceAddress('the address of Fulcio', fulcioUrl),
    rekorUrl: rekorUrl === undefined ? undefined : serviceAddress('the address of Rekor', rekorUrl),
    tsaUrl: tsaUrl === undefined ? undefined : serviceAddress('the address of the timestamp authority', tsaUrl),
    rekorVersion,
  };
}
