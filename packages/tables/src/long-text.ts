import { UserError } from '@modelgate/core';
import * as z from 'zod';
import type { Planned } from './pair-plan.ts';
import { sumOfCounts } from './rows.ts';
import type { Session } from './session.ts';

/** Texts are compared outside the engine, in the memory of this process. In bytes. */
const mostText = 512 << 20;

/** @throws UserError `value-out-of-range` when the texts of a comparison do not fit in memory */
export async function refuseTooMuchText(session: Session, plan: readonly Planned[]): Promise<void> {
  const columns = plan.filter(({ use }) => use === 'text' || use === 'texts');
  let total = 0;
  for (const { use, sql, source } of columns) {
    const bytes = use === 'text' ? `strlen(${sql})` : `list_sum(list_transform(${sql}, lambda e: strlen(e)))`;
    const found = await session.row(
      `SELECT sum(${bytes}) AS bytes FROM ${source.from}`,
      z.object({ bytes: sumOfCounts }),
    );
    total += found.bytes;
  }
  if (total > mostText) {
    throw new UserError(
      'value-out-of-range',
      `The texts of ${columns.map((column) => column.source.words).join(', ')} are ${mebibytes(total)} MiB; at most ${mebibytes(mostText)} MiB of text are compared.`,
      {
        how: 'Compare fewer rows, or split the examples over several gates.',
        where: { file: columns[0]?.party.file ?? '' },
      },
    );
  }
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString('en');
}
