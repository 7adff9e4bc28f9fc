import { appendFileSync } from 'node:fs';
import { beforeEach } from 'vitest';
import type { TrinoServer } from './trino-server.ts';

/** When a test of this file fails, the end of the server's log is printed, and where the whole of it stays. */
export function keepLog(server: () => TrinoServer | undefined): void {
  beforeEach(({ onTestFailed, task }) => {
    onTestFailed(() => {
      const running = server();
      if (running === undefined) return;
      appendFileSync(running.log, `\n--- failed: ${task.name}\n`);
      console.error(`The log of Trino stays at ${running.log}; its end:\n${running.lastWords().slice(-6000)}`);
    });
  });
}
