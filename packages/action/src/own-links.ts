import type { Verdict } from '@modelgate/core';

/**
 * The verdict without any address that does not lead into this repository: a report of somebody else's verdict links
 * nowhere else.
 *
 * @param own  what an address must begin with, with a slash at its end
 */
export function withOwnLinks(verdict: Verdict, own: string): Verdict {
  const { baseline, anchor, run } = verdict;
  return {
    ...verdict,
    run: { ...run, url: ownLink(run.url, own) },
    ...(baseline === undefined ? {} : { baseline: { ...baseline, runUrl: ownLink(baseline.runUrl, own) } }),
    ...(anchor === undefined ? {} : { anchor: { ...anchor, runUrl: ownLink(anchor.runUrl, own) } }),
  };
}

/** Compared as a browser reads it: `https://github.com/acme/flights/../../mallory` leads elsewhere. */
function ownLink(address: string | undefined, own: string): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const { href } = new URL(address);
  return href.startsWith(own) && !/%2e|%2f|%5c/i.test(href) ? href : undefined;
}
