import { existsSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { planEvaluation } from '../../packages/comparison/src/evaluation-plan.ts';
import { planSlices } from '../../packages/comparison/src/slice-plan.ts';
import { parseDataContract, parsePolicy, parseRules } from '../../packages/core/src/index.ts';
import { files, read, root } from './repository.ts';
import { yamlBlocks } from './steps.ts';

const pages = files.filter((file) => file.endsWith('.md'));
const examplePolicies = files.filter((file) => /^examples\/.*modelgate[^/]*\.ya?ml$/.test(file));
const isPolicy = z.looseObject({ version: z.literal(1), gates: z.looseObject({}) });
const rulesInput = /^( +)rules: \|\n((?:\1 +.*\n|\n)+)/gm;

const onPages = pages.flatMap((page) =>
  yamlBlocks(read(page))
    .filter((block) => /^gates:/m.test(block) && isPolicy.safeParse(load(block)).success)
    .map((text) => ({ name: page, text })),
);
const inExamples = examplePolicies.map((name) => ({ name, text: read(name) }));

test('there are policies on pages and in examples', () => {
  expect([onPages.length > 0, inExamples.length > 0]).toEqual([true, true]);
});

test.each([...onPages, ...inExamples])('the policy in $name is one that this version takes', ({ name, text }) => {
  const document = parsePolicy(text, name);
  const rules = Object.entries(document.policy.gates).flatMap(([id, gate]) =>
    gate.kind === 'data'
      ? [id]
      : (gate.kind === 'slices' ? planSlices(document, id) : planEvaluation(document, id)).checks.map(
          (check) => check.id,
        ),
  );
  expect(rules.length).toBeGreaterThan(0);
});

test('rules on pages are taken, too', () => {
  const texts = pages.flatMap((page) =>
    yamlBlocks(read(page)).flatMap((block) => [...block.matchAll(rulesInput)].map(([, , body = '']) => body)),
  );
  expect(texts.length).toBeGreaterThan(0);
  for (const text of texts) {
    const isData = /^ *contract:/m.test(text);
    const document = parseRules(text, isData ? 'data' : 'evaluation');
    if (!isData) expect(planEvaluation(document, 'evaluation').checks.length).toBeGreaterThan(0);
  }
});

test('contracts on pages and in examples are taken', () => {
  const isContract = (text: string) => /^version: 1$/m.test(text) && /^(columns|rows|keys|corpus):/m.test(text);
  const found = [
    ...pages.flatMap((name) => yamlBlocks(read(name)).map((text) => ({ name, text }))),
    ...files.filter((name) => /^examples\/.*\.yml$/.test(name)).map((name) => ({ name, text: read(name) })),
  ].filter(({ text }) => isContract(text));
  expect(found.length).toBeGreaterThan(2);
  for (const { name, text } of found) expect(parseDataContract(text, name).contract.name).not.toBe('');
});

test('links between pages lead somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => path.posix.join(path.posix.dirname(page), target))
      .filter((target) => !existsSync(path.join(root, target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});
