import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { subjectAt } from '../src/subject.ts';

const workspace = mkdtempSync(path.join(tmpdir(), 'modelgate-subject-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
mkdirSync(path.join(workspace, 'model/weights'), { recursive: true });
writeFileSync(path.join(workspace, 'model.bin'), 'abc');
writeFileSync(path.join(workspace, 'model/weights/b.bin'), 'b');
writeFileSync(path.join(workspace, 'model/config.json'), '{}');
mkdirSync(path.join(workspace, 'empty'));
symlinkSync('model.bin', path.join(workspace, 'current'));
symlinkSync('/etc/passwd', path.join(workspace, 'outside'));

test('a file is its sha-256, also through a link inside the workspace', async () => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-4, appendix B.1
  expect(await subjectAt(workspace, 'model.bin')).toEqual({ subject: { name: 'model.bin', sha256: abc } });
  expect((await subjectAt(workspace, 'current')).subject.sha256).toBe(abc);
});

test('a folder is the sha-256 of what sha256sum says of its files, sorted by path', async () => {
  const command = 'find . -type f | sed s,^./,, | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -c1-64';
  const expected = execFileSync('bash', ['-c', command], { cwd: path.join(workspace, 'model'), encoding: 'utf8' });
  expect((await subjectAt(workspace, 'model')).subject.sha256).toBe(expected.trim());
});

test.each([
  ['absent.bin', 'is not there'],
  ['outside', 'leads out of the workspace'],
  ['../elsewhere', 'is not there'],
  ['..', 'leads out of the workspace'],
  ['empty', 'is an empty folder'],
])('%s has no digest: it %s', async (name, why) => {
  expect(await subjectAt(workspace, name)).toEqual({
    subject: { name },
    notice: `The model ${name} ${why}, so this verdict names no digest of it and cannot become evidence.`,
  });
});
