import { PolicyError, UserError } from '@modelgate/core';
import { log } from './log.ts';

const whereToReport = 'https://github.com/modelgate/modelgate/issues';

/**
 * Says why a step could not do its work. A user's mistake: what, where and how to mend it, no stack. Anything else is a
 * defect of ours: the stack folded away, and where to report it.
 */
export function reportFailure(failure: unknown): void {
  if (failure instanceof PolicyError) {
    for (const problem of failure.problems.slice(0, 10)) {
      log.error(withAdvice(problem.message, problem.how), {
        title: 'Modelgate: policy',
        ...annotationAt(problem.where),
      });
    }
    if (failure.problems.length > 10) log.block(failure.message);
  } else if (failure instanceof UserError) {
    log.error(withAdvice(failure.message, failure.how), {
      title: `Modelgate: ${failure.reason}`,
      ...annotationAt(failure.where),
    });
  } else {
    const words = failure instanceof Error ? failure.message : String(failure);
    log.error(`A defect in Modelgate: ${words}. Nothing was decided. Please report it at ${whereToReport}`, {
      title: 'Modelgate: crash',
    });
    log.group('Stack', failure instanceof Error ? (failure.stack ?? words) : words);
  }
}

function withAdvice(what: string, how: string | undefined): string {
  return how === undefined ? what : `${what}\nWhat to do: ${how}`;
}

function annotationAt(where: { file: string; line?: number; column?: number } | undefined) {
  if (where === undefined) return {};
  return { file: where.file, ...(where.line === undefined ? {} : { startLine: where.line }) };
}
