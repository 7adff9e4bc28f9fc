import type { ArchiveError, ArchiveFault } from '@modelgate/github';
import { type RefusalCause, type Refused, refused } from './verdict-reading.ts';

const causes: Readonly<Record<ArchiveFault, RefusalCause>> = {
  damaged: 'damaged',
  digest: 'damaged',
  duplicate: 'damaged',
  encrypted: 'damaged',
  link: 'bad-path',
  path: 'bad-path',
  'lying-size': 'lying-size',
  'too-large': 'too-large',
  'too-many-files': 'too-many',
  name: 'artifact-name',
};

/** What an archive was refused for, as the refusal of a verdict. */
export function refusedArchive({ fault, why }: ArchiveError): Refused {
  return refused(causes[fault], why).refused;
}
