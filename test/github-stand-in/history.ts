import type { MadeRepository } from './make-repository.ts';
import { makeRepository } from './make-repository.ts';

/** The history that the stand-in's own tests run over: main moved on after the pull request left it. */
export function sampleHistory(): Promise<MadeRepository> {
  return makeRepository([
    {
      name: 'base',
      branch: 'main',
      files: {
        'modelgate.yml': 'version: 1\n',
        'data/big.bin': Buffer.alloc(2 ** 20 + 1, 7),
        'old.txt': 'a\nb\nc\nd\n',
      },
    },
    {
      name: 'head',
      parents: ['base'],
      branch: 'better',
      files: { 'modelgate.yml': 'version: 1\nname: x\n', 'old.txt': null, 'new.txt': 'a\nb\nc\nd\n' },
    },
    { name: 'main', parents: ['base'], branch: 'main', files: { 'other.txt': 'x\n', link: { symlink: 'other.txt' } } },
    { name: 'stranger', branch: 'orphan', files: { 'x.txt': 'x\n' } },
    {
      name: 'merge',
      parents: ['main', 'head'],
      ref: 'refs/pull/7/merge',
      files: { 'modelgate.yml': 'version: 1\nname: x\n' },
    },
  ]);
}
