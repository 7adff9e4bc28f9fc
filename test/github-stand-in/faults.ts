import type { Reply } from './reply.ts';

export interface Selector {
  /** Default: any. */
  readonly method?: string;
  /** Against the path without query. Default: any. */
  readonly path?: RegExp;
  /** How often. Default 1. */
  readonly times?: number;
  /** Lets this many fitting requests through first. Default 0. */
  readonly after?: number;
}

/** What happens instead of the route: an answer, no answer ever, or a connection that is cut. */
export type Fault = Selector & ({ readonly reply: Reply } | { readonly hang: true } | { readonly drop: true });

export type Hook = (request: { readonly method: string; readonly path: string; readonly body: unknown }) => unknown;

/** A list of armed things, each of which goes off for its first `times` fitting requests after `after` of them. */
export class Armed<T extends Selector> {
  readonly #armed: { readonly what: T; seen: number }[] = [];

  add(what: T): void {
    this.#armed.push({ what, seen: 0 });
  }

  /** All that go off for this request; each of them counts it. */
  fire(method: string, path: string): readonly T[] {
    const fired: T[] = [];
    for (const armed of this.#armed) {
      const { what } = armed;
      if (what.method !== undefined && what.method !== method) continue;
      if (what.path !== undefined && !what.path.test(path)) continue;
      armed.seen += 1;
      const first = (what.after ?? 0) + 1;
      if (armed.seen >= first && armed.seen < first + (what.times ?? 1)) fired.push(what);
    }
    return fired;
  }
}
