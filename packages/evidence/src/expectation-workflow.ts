/**
 * A workflow file, with what it was taken at. The name of the file can hold no slash and here no @, or
 * `gates.yml@evil.yml@refs/heads/main` would read as gates.yml.
 */
const calledWorkflow = /^([^/\s@]+\/[^/\s@]+)\/\.github\/workflows\/([^/\s@]+)@(.+)$/;

/** A branch, a tag or a commit. A pull request's own ref (refs/pull/1/merge) holds what nobody has agreed on. */
const agreedRef = /^(?:refs\/(?:heads|tags)\/\S+|[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * Whether `owner/name/.github/workflows/file.yml@ref` is the workflow `owner/name/.github/workflows/file.yml`. Owner and
 * name are compared as GitHub does, without case; the path to the letter.
 */
export function sameWorkflow(called: string | undefined, workflow: string): boolean {
  const [, repository, file, ref] = calledWorkflow.exec(called ?? '') ?? [];
  if (repository === undefined || file === undefined || ref === undefined || !agreedRef.test(ref)) return false;
  const [, wanted, wantedFile] = calledWorkflow.exec(`${workflow}@refs/heads/any`) ?? [];
  return sameRepository(repository, wanted ?? '') && file === wantedFile;
}

/** Names of repositories have no case; they are ASCII. */
export function sameRepository(one: string | undefined, other: string): boolean {
  return one !== undefined && one.toLowerCase() === other.toLowerCase();
}
