import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { Relation } from './relation.ts';
import { fetchFailure } from './remote-store.ts';
import { EngineFailure, type Session } from './session.ts';
import { identifier } from './sql-text.ts';

/**
 * Reads every value of every file, to tell damage inside a file from SQL that fails on a value: the engine's own words
 * do not tell the one from the other. Runs only when something is known to be wrong.
 *
 * @throws UserError `file-unreadable` for the first file that cannot be read to its end
 */
export async function refuseDamage(session: Session, relations: readonly Relation[]): Promise<void> {
  for (const { parts, raw } of relations) {
    for (const { path, sql } of parts) {
      const values = raw.map((name) => `max(hash(${identifier(name)}))`).join(', ');
      try {
        await session.row(`SELECT [${values}] IS NULL AS empty FROM ${sql}`, z.object({ empty: z.boolean() }));
      } catch (error) {
        if (!(error instanceof EngineFailure)) throw error;
        const unfetched = fetchFailure(path, error);
        if (unfetched !== undefined) throw unfetched;
        throw new UserError('file-unreadable', `${path} cannot be read: its data are damaged.`, {
          how: 'Did the step that writes it end well, and was the file uploaded whole?',
          where: { file: path },
          cause: error,
        });
      }
    }
  }
}
