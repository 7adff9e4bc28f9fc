import { loadAll } from 'js-yaml';
import * as z from 'zod';
import { type Step, steps } from '../../scripts/action-metadata.ts';

/** The YAML of a file: its documents, or for Markdown its fenced blocks. */
export function yamlDocuments(file: string, text: string): readonly unknown[] {
  return file.endsWith('.md') ? yamlBlocks(text).flatMap((block) => loadAll(block)) : loadAll(text);
}

/** The fenced YAML blocks of a Markdown page, without their indentation. */
export function yamlBlocks(markdown: string): readonly string[] {
  const blocks = markdown.matchAll(/^( *)```ya?ml\n([\s\S]*?)^\1```/gm);
  return [...blocks].map(([, indent = '', body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

const job = z.looseObject({ steps: steps.optional() });
const document = z.union([
  steps.transform((list) => [list]),
  z
    .looseObject({ jobs: z.record(z.string(), job) })
    .transform(({ jobs }) => Object.values(jobs).map((one) => one.steps ?? [])),
  z.looseObject({ steps }).transform((one) => [one.steps]),
]);

/** The lists of steps in a workflow, in a fragment of one, or in a bare list; none in any other YAML. */
export function stepsOf(value: unknown): readonly (readonly Step[])[] {
  const parsed = document.safeParse(value);
  return parsed.success ? parsed.data : [];
}

/**
 * What is wrong with the steps of one job or composite action. Checked here because act lets it pass: it leaks undeclared
 * outputs and gives `run` steps the action's INPUT_ variables, GitHub does neither. And `${{ }}` inside `run:` is shell injection.
 */
export function stepProblems(
  file: string,
  list: readonly Step[],
  outputsOf: (uses: string) => readonly string[] | undefined,
): readonly string[] {
  const known = new Map(list.flatMap((step) => (step.id === undefined ? [] : [[step.id, step] as const])));
  return list.flatMap((step) => {
    const name = step.id ?? step.name ?? step.uses ?? step.run?.split('\n')[0] ?? '';
    const run = step.run ?? '';
    const inputs = [...run.matchAll(/\bINPUT_\w+/g)].filter(([variable]) => !(variable in step.env));
    const used = [...JSON.stringify(step).matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)];
    return [
      ...(run.includes('${{') ? [`${file}: step ${name} has \${{ }} in run; pass it through env`] : []),
      ...inputs.map(([variable]) => `${file}: step ${name} reads ${variable}, which GitHub does not set`),
      ...used.flatMap(([, id = '', output = '']) => {
        const source = known.get(id);
        if (source === undefined) return [`${file}: step ${name} reads an output of ${id}, which is no step here`];
        return givesOutput(source, output, outputsOf)
          ? []
          : [`${file}: step ${name} reads ${id}.${output}, which ${id} does not give`];
      }),
    ];
  });
}

function givesOutput(step: Step, output: string, outputsOf: (uses: string) => readonly string[] | undefined): boolean {
  if (step.run !== undefined) return new RegExp(`\\b${output}(=|<<)`).test(step.run);
  return step.uses === undefined || (outputsOf(step.uses)?.includes(output) ?? true);
}
