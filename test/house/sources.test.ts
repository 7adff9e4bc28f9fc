import { expect, test } from 'vitest';
import { files, read } from './repository.ts';

const written = files.filter((file) => !/^dist\/|(^|\/)package-lock\.json$|\.(parquet|png|gz|tar|zip|ico)$/.test(file));
const here = 'test/house/sources.test.ts';

test('a file is named after what is in it', () => {
  const saysNothing = /(^|\/)(utils?|helpers?|common|misc|shared|managers?)(\/|(\.test)?\.[a-z]+$)/;
  expect(files.filter((file) => !file.startsWith('dist/') && saysNothing.test(file))).toEqual([]);
});

test('file names are in kebab-case', () => {
  const code = written.filter((file) => /^(packages|actions|scripts|test|bench)\/.*\.(ts|mjs|cjs|sh)$/.test(file));
  expect(code.filter((file) => !/^([a-z0-9.-]+\/)+[a-z0-9]+([-.][a-z0-9]+)*\.(ts|mjs|cjs|sh)$/.test(file))).toEqual([]);
});

test('no test is left out', () => {
  const leftOut = /\b(?:test|it|describe)\.(?:skip|only|todo|fails|skipIf|runIf)\b/;
  const tests = written.filter((file) => file.endsWith('.test.ts'));
  expect(linesThat(tests, (line) => leftOut.test(line))).toEqual([]);
});

test('no file names a place on the machine of whoever wrote it', () => {
  const place =
    /(?<![\w.}~-])\/(?:work\/(?:main|shared|\.library)|root\/|home\/(?!runner\b)[a-z]|Users\/[a-z])|\b[A-Z]:\\Users\\/;
  const built = files.filter((file) => file.startsWith('dist/') && !file.endsWith('.txt'));
  expect(linesThat([...written, ...built], (line) => place.test(line))).toEqual([]);
});

test('no file names the address of a package registry: it is whatever the machine is set to', () => {
  const registry = /https?:\/\/[\w.-]*\b(?:registry|npm|pypi|pythonhosted|yarnpkg|crates|golang)\w*\.(?:org|com|io)\b/i;
  expect(linesThat(written, (line) => registry.test(line))).toEqual([]);
  expect(files.includes('package-lock.json') && /"resolved": "https?:/.test(read('package-lock.json'))).toBe(false);
});

const usesFiles = written.filter((file) =>
  /^(\.github|actions|examples|docs)\/.*\.(ya?ml|md)$|^(action\.yml|README\.md)$/.test(file),
);

test('every action is pinned to a full commit, or is of this repository', () => {
  expect(linesThat(usesFiles, (line) => !pinned(line))).toEqual([]);
});

test('a pin says which version it is', () => {
  const foreign = usesFiles.filter((file) => /\.ya?ml$/.test(file));
  expect(linesThat(foreign, (line) => /\buses:[^#]*@[0-9a-f]{40}/.test(line) && !/# v\S/.test(line))).toEqual([]);
});

test('what counts as pinned', () => {
  const sha = '0123456789abcdef0123456789abcdef01234567';
  const good = [
    `- uses: actions/checkout@${sha} # v5.1.0`,
    'uses: ./actions/x',
    '  - uses: $/actions/report',
    'no step at all',
  ];
  const bad = [
    '- uses: actions/checkout@v5',
    `uses: actions/checkout@${sha.slice(1)}`,
    'uses: docker://alpine:3',
    `  uses: "a/b@main"`,
  ];
  expect(good.filter((line) => !pinned(line))).toEqual([]);
  expect(bad.filter(pinned)).toEqual([]);
});

function pinned(line: string): boolean {
  const used = /^\s*(?:-\s+)?uses:\s*["']?([^\s"'#]+)/.exec(line)?.[1];
  return used === undefined || /^(\.|\$)\//.test(used) || /^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40}$/.test(used);
}

function linesThat(where: readonly string[], wrong: (line: string) => boolean): readonly string[] {
  return where
    .filter((file) => file !== here)
    .flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) => (wrong(line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 160)}`] : [])),
    );
}
