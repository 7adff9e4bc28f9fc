import { type Client, listFilesAt, mergeBase, readFileAt } from '@modelgate/github';

/** The files of a commit, by path. */
export interface CommitFiles {
  readonly commit: string;
  readonly blobs: ReadonlyMap<string, string>;
  readonly bytes: ReadonlyMap<string, number>;
  /** The repository is too large for one reply: what is missing here need not be missing. */
  readonly truncated: boolean;
}

const trees = new WeakMap<Client, Map<string, Promise<CommitFiles>>>();
const bases = new WeakMap<Client, Map<string, Promise<string>>>();
const texts = new WeakMap<Client, Map<string, Promise<string | undefined>>>();

/** Several readers of a step ask for the same commit; GitHub is asked once. @throws ApiError */
export function filesAt(client: Client, commit: string): Promise<CommitFiles> {
  return once(trees, client, commit, async () => {
    const { files, truncated } = await listFilesAt(client, commit);
    const blobs = new Map(files.map(({ path, blob }) => [path, blob]));
    return { commit, blobs, bytes: new Map(files.map(({ path, bytes }) => [path, bytes])), truncated };
  });
}

/** The commit that two have grown apart from, asked once. @throws ApiError */
export function mergeBaseOf(client: Client, base: string, head: string): Promise<string> {
  return once(bases, client, `${base}...${head}`, () => mergeBase(client, base, head));
}

/**
 * Text of a file of a commit; one that its tree does not hold costs no call, and one that several commits have as it is
 * costs one. @throws ApiError, UserError as readFileAt
 */
export async function textAt(client: Client, files: CommitFiles, path: string): Promise<string | undefined> {
  const blob = files.blobs.get(path);
  if (!files.truncated && blob === undefined) return undefined;
  return await once(texts, client, `${path} ${blob ?? files.commit}`, async () => {
    const found = await readFileAt(client, { commit: files.commit, path });
    return found.state === 'missing' ? undefined : new TextDecoder().decode(found.bytes);
  });
}

/** What failed is asked again by whoever comes next. */
function once<T>(
  known: WeakMap<Client, Map<string, Promise<T>>>,
  client: Client,
  key: string,
  ask: () => Promise<T>,
): Promise<T> {
  const answers = known.get(client) ?? new Map<string, Promise<T>>();
  known.set(client, answers);
  const asked = answers.get(key);
  if (asked !== undefined) return asked;
  const asking = ask();
  answers.set(key, asking);
  asking.catch(() => answers.delete(key));
  return asking;
}
