/**
 * The stand-in as a process of its own, for `act` and for trying things by hand:
 *
 *   node scripts/node24.mjs test/github-stand-in/main.ts <scenario.ts> [--rest-port n] [--results-port n] [--log requests.jsonl]
 *
 * The scenario module's default export is a Scenario, or a function that gives one. The first line of output is JSON with
 * `url` and `resultsUrl`. SIGINT or SIGTERM ends it: the requests go to the log, violations to stderr with exit code 1.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Scenario } from './index.ts';
import { startStandIn } from './index.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'rest-port': { type: 'string' }, 'results-port': { type: 'string' }, log: { type: 'string' } },
});
const [file] = positionals;
if (file === undefined) {
  console.error('usage: main.ts <scenario.ts> [--rest-port n] [--results-port n] [--log requests.jsonl]');
  process.exit(2);
}
const module = (await import(pathToFileURL(path.resolve(file)).href)) as {
  readonly default: Scenario | (() => Scenario | Promise<Scenario>);
};
const scenario = typeof module.default === 'function' ? await module.default() : module.default;
const ports = { rest: Number(values['rest-port'] ?? 0), results: Number(values['results-port'] ?? 0) };
const standIn = await startStandIn(scenario, ports);
console.log(JSON.stringify({ url: standIn.url, resultsUrl: standIn.resultsUrl, pid: process.pid }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    if (values.log)
      writeFileSync(values.log, standIn.requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
    try {
      await standIn.close();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  });
}
