import { randomUUID } from 'node:crypto';
import { type AnnotationProperties, endGroup, error, notice, startGroup, warning } from '@actions/core';
import { plainText, withoutCommands } from '@modelgate/github';

/** The step's log. What comes from data is printed inside stop-commands, so that no line of it is taken for a command. */
export const log = {
  line(text: string): void {
    process.stdout.write(`${plainText(text)}\n`);
  },
  /** Text that may hold anything: reports, file names, messages of other programs. */
  block(text: string): void {
    process.stdout.write(`${withoutCommands(text, randomUUID())}\n`);
  },
  group(title: string, text: string): void {
    startGroup(plainText(title));
    log.block(text);
    endGroup();
  },
  notice(text: string): void {
    notice(plainText(text));
  },
  warning(text: string, at?: AnnotationProperties): void {
    warning(plainText(text), at);
  },
  error(text: string, at?: AnnotationProperties): void {
    error(plainText(text), at);
  },
} as const;
