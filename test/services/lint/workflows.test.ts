import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeOutSelfUses } from '../../../scripts/self-uses.ts';
import { files, read, root } from '../../house/repository.ts';
import { yamlBlocks } from '../../house/steps.ts';
import { toolPath } from '../tool.ts';

const actionFiles = files.filter((file) => /^((\.github\/)?actions\/[^/]+\/)?action\.yml$/.test(file));
const workflows = files.filter((file) => /^(|examples\/.*)\.github\/workflows\/[^/]+\.ya?ml$/.test(file));

/** Whole workflows in the pages for users: what people copy has to be as clean as what we run. */
const onPages = files
  .filter((file) => /^(README|docs\/.*|actions\/.*|examples\/.*)\.md$/.test(file))
  .flatMap((file) =>
    yamlBlocks(read(file))
      .filter((text) => /^on:/m.test(text) && /^jobs:/m.test(text))
      .map((text, index) => ({ name: `${file.replaceAll(/[/.]/g, '-')}-${index + 1}.yml`, text })),
  );

let folder: string;

/** A repository in which all workflows name our actions as `./…`: then actionlint, which does not know `$/`, checks their inputs too. */
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'modelgate-lint-'));
  for (const file of actionFiles) put(file, local(read(file)));
  for (const file of files.filter((one) => /^dist\/.*\/(main|post)\.mjs$/.test(one))) put(file, '');
  for (const file of workflows)
    put(`.github/workflows/${file.replaceAll('/', '-').replace(/^\.github-workflows-/, '')}`, local(read(file)));
  for (const { name, text } of onPages) put(`.github/workflows/${name}`, local(text));
  run('git', ['init', '--quiet'], folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('workflows and actions', () => {
  test('actionlint finds nothing', () => {
    expect(run(toolPath('actionlint'), ['-no-color', '-oneline'], folder)).toEqual({ status: 0, output: '' });
  });

  test('the runner that we test with accepts them', () => {
    const { status, output } = run(
      toolPath('act'),
      ['--validate', '--strict', '--workflows', '.github/workflows'],
      folder,
    );
    expect({ status, output: output.split('\n').filter((line) => !/docker|^$/i.test(line)) }).toEqual({
      status: 0,
      output: [],
    });
  });

  test('they are valid by the published schemas', () => {
    const check = (schema: string, list: readonly string[], where: string) =>
      expect(run(toolPath('check-jsonschema'), ['--builtin-schema', schema, ...list], where)).toEqual({
        status: 0,
        output: 'ok -- validation done',
      });
    check('vendor.github-workflows', workflows, root);
    check('vendor.dependabot', ['.github/dependabot.yml'], root);
    if (actionFiles.length > 0) check('vendor.github-actions', actionFiles, root);
  });

  test('zizmor finds nothing, in the pages for users neither', () => {
    expect(zizmor(root)).toEqual({ status: 0, output: expect.stringMatching(/^No findings to report/) });
    for (const { name, text } of onPages) put(`pages/.github/workflows/${name}`, text);
    if (onPages.length > 0) expect(zizmor(path.join(folder, 'pages')).status).toBe(0);
  });

  test('the linters would notice', () => {
    const bad =
      'name: bad\non: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    needs: gone\n    steps:\n      - uses: actions/checkout@v5\n      - run: echo "$' +
      '{{ github.head_ref }}"\n';
    put('bad/.github/workflows/bad.yml', bad);
    const where = path.join(folder, 'bad');
    run('git', ['init', '--quiet'], where);
    expect(run(toolPath('actionlint'), ['-no-color', '-oneline'], where).output).toContain(
      'job "a" needs job "gone" which does not exist',
    );
    expect(zizmor(where).status).toBe(14); // high findings; 1 would be a failure of the tool itself
  });
});

test('policies and contracts of the examples are valid by the published schema, as another validator reads it', () => {
  const schemas = files.filter((file) => /^schemas\/.*\.json$/.test(file));
  expect(schemas).toEqual(['schemas/contract.v1.json', 'schemas/policy.v1.json', 'schemas/verdict.v1.json']);
  const ok = { status: 0, output: 'ok -- validation done' };
  expect(run(toolPath('check-jsonschema'), ['--check-metaschema', ...schemas], root)).toEqual(ok);
  const policies = files.filter((file) => /^examples\/.*\/modelgate[^/]*\.yml$/.test(file));
  expect(run(toolPath('check-jsonschema'), ['--schemafile', 'schemas/policy.v1.json', ...policies], root)).toEqual(ok);
  const contracts = files.filter((file) => /^examples\/.*\/contracts\/[^/]*\.yml$/.test(file));
  expect(contracts.length).toBeGreaterThan(1);
  const asContracts = ['--schemafile', 'schemas/contract.v1.json', ...contracts];
  expect(run(toolPath('check-jsonschema'), asContracts, root)).toEqual(ok);
});

function zizmor(where: string) {
  return run(toolPath('zizmor'), ['--offline', '--no-progress', '--quiet', '--color', 'never', '.'], where);
}

function local(text: string): string {
  return writeOutSelfUses(text, 'modelgate/modelgate', 'x').replaceAll(
    /(uses:\s*)modelgate\/modelgate((?:\/[^@\s]+)?)@\S+/g,
    '$1.$2/',
  );
}

function put(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

function run(program: string, args: readonly string[], cwd: string) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  return { status, output: `${stdout}${stderr}`.trim() };
}
