import type { GitCommit, TreeEntry } from '../git-repository.ts';
import type { JsonObject, Reply } from '../reply.ts';
import { Answer, replies } from '../reply.ts';
import { repository } from '../repository-shape.ts';
import type { Call, Route } from '../router.ts';
import { paginated } from '../router.ts';
import type { State } from '../state.ts';
import { changedFiles } from './pulls.ts';

/** Repository, branches, contents, git objects and compare, all read from the real git repository. */
export const repositoryRoutes: readonly Route[] = [
  { method: 'GET', template: '/repos/{owner}/{repo}', handle: ({ state }) => replies.json(200, repository(state)) },
  { method: 'GET', template: '/repos/{owner}/{repo}/branches/{branch}', needs: ['contents:read'], handle: branch },
  { method: 'GET', template: '/repos/{owner}/{repo}/contents/{path}', needs: ['contents:read'], handle: contents },
  { method: 'GET', template: '/repos/{owner}/{repo}/git/blobs/{file_sha}', needs: ['contents:read'], handle: blob },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/git/commits/{commit_sha}',
    needs: ['contents:read'],
    handle: gitCommit,
  },
  { method: 'GET', template: '/repos/{owner}/{repo}/git/trees/{tree_sha}', needs: ['contents:read'], handle: tree },
  { method: 'GET', template: '/repos/{owner}/{repo}/compare/{basehead}', needs: ['contents:read'], handle: compare },
];

const megabyte = 2 ** 20;

async function contents(call: Call): Promise<Reply> {
  const { state } = call;
  const ref = call.query.get('ref') || state.repository.defaultBranch;
  const path = (call.params['path'] ?? '').replace(/\/+$/, '');
  const commit = await state.git.commitSha(ref);
  if (commit === undefined) return replies.problem(404, `No commit found for the ref ${ref}`);
  if (path === '') return directory(call, await state.git.tree(commit, false), '', ref);
  const entry = await state.git.entry(commit, path);
  if (entry === undefined) return replies.notFound();
  if (entry.type === 'tree') return directory(call, await state.git.tree(entry.sha, false), `${path}/`, ref);
  const data = await state.git.blob(entry.sha);
  if (data === undefined) return replies.notFound();
  const accept = call.headers.accept ?? '';
  if (/application\/vnd\.github(\.v3)?\.raw/.test(accept)) {
    return { status: 200, headers: { 'content-type': 'application/vnd.github.raw; charset=utf-8' }, body: data };
  }
  if (data.length > 100 * megabyte) return replies.problem(403, 'This API returns blobs up to 100 MB in size.');
  if (entry.mode === '120000') {
    return replies.json(200, {
      ...contentEntry(state, entry, path, ref),
      type: 'symlink',
      target: data.toString('utf8'),
    });
  }
  // Above 1 MB the JSON form has no content; callers must ask for the raw form or the blob.
  const inline = data.length <= megabyte;
  const content = inline ? wrapped(data) : '';
  return replies.json(200, { ...contentEntry(state, entry, path, ref), content, encoding: inline ? 'base64' : 'none' });
}

function directory(call: Call, entries: readonly TreeEntry[] | undefined, prefix: string, ref: string): Reply {
  return replies.json(
    200,
    (entries ?? []).map((entry) => contentEntry(call.state, entry, `${prefix}${entry.path}`, ref)),
  );
}

function contentEntry(state: State, entry: TreeEntry, path: string, ref: string): JsonObject {
  const { fullName } = state.repository;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${state.url}/repos/${fullName}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const kind = entry.type === 'tree' ? 'tree' : 'blob';
  const git = `${state.url}/repos/${fullName}/git/${kind}s/${entry.sha}`;
  const html = `https://github.com/${fullName}/${kind}/${ref}/${encoded}`;
  const raw = `https://raw.githubusercontent.com/${fullName}/${ref}/${encoded}`;
  return {
    type: entry.type === 'tree' ? 'dir' : entry.type === 'commit' ? 'submodule' : 'file',
    name: path.split('/').at(-1) ?? '',
    path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url,
    html_url: html,
    git_url: git,
    download_url: entry.type === 'blob' ? raw : null,
    _links: { self: url, git, html },
  };
}

/** GitHub breaks base64 at 60 characters a line; a client that forgets it decodes garbage. */
function wrapped(data: Buffer): string {
  return data.toString('base64').replace(/.{1,60}/g, '$&\n');
}

async function blob({ state, params }: Call): Promise<Reply> {
  const sha = fullSha(params['file_sha']);
  const data = await state.git.blob(sha);
  if (data === undefined) return replies.notFound();
  const url = `${state.url}/repos/${state.repository.fullName}/git/blobs/${sha}`;
  const content = { content: wrapped(data), encoding: 'base64', size: data.length };
  return replies.json(200, { sha, node_id: sha, url, ...content });
}

async function tree({ state, params, query }: Call): Promise<Reply> {
  const name = params['tree_sha'] ?? '';
  const treeish = /^[0-9a-f]{40}$/.test(name) ? name : ((await state.git.commitSha(name)) ?? name);
  const entries = await state.git.tree(treeish, query.has('recursive'));
  if (entries === undefined) return replies.notFound();
  const base = `${state.url}/repos/${state.repository.fullName}/git`;
  const listed = entries.map((entry) => ({ ...entry, url: `${base}/${entry.type}s/${entry.sha}` }));
  return replies.json(200, { sha: treeish, url: `${base}/trees/${treeish}`, tree: listed, truncated: false });
}

async function gitCommit({ state, params }: Call): Promise<Reply> {
  const commit = await state.git.commit(fullSha(params['commit_sha']));
  if (commit === undefined) return replies.notFound();
  const base = `${state.url}/repos/${state.repository.fullName}/git`;
  const html = (sha: string) => `https://github.com/${state.repository.fullName}/commit/${sha}`;
  const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null };
  return replies.json(200, {
    sha: commit.sha,
    node_id: commit.sha,
    url: `${base}/commits/${commit.sha}`,
    html_url: html(commit.sha),
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: `${base}/trees/${commit.tree}` },
    parents: commit.parents.map((sha) => ({ sha, url: `${base}/commits/${sha}`, html_url: html(sha) })),
    verification: unsigned,
  });
}

async function branch({ state, params }: Call): Promise<Reply> {
  const name = params['branch'] ?? '';
  const commit = await state.git.commit((await state.git.branchSha(name)) ?? 'missing');
  if (commit === undefined) return replies.problem(404, 'Branch not found');
  const url = `${state.url}/repos/${state.repository.fullName}/branches/${encodeURIComponent(name)}`;
  const isProtected = state.repository.protectedBranches.includes(name);
  const checks = { enforcement_level: 'off', contexts: [], checks: [] };
  return replies.json(200, {
    name,
    commit: commitShape(state, commit),
    _links: { self: url, html: `https://github.com/${state.repository.fullName}/tree/${name}` },
    protected: isProtected,
    protection: { enabled: isProtected, required_status_checks: checks },
    protection_url: `${url}/protection`,
  });
}

async function compare(call: Call): Promise<Reply> {
  const { state } = call;
  const [baseName = '', headName] = (call.params['basehead'] ?? '').split('...');
  if (headName === undefined) return replies.notFound();
  const [base, head] = await Promise.all([commitNamed(state, baseName), commitNamed(state, headName)]);
  if (base === undefined || head === undefined) return replies.notFound();
  const mergeBase = await state.git.mergeBase(base.sha, head.sha);
  const middle = mergeBase === undefined ? undefined : await state.git.commit(mergeBase);
  if (middle === undefined) return replies.problem(404, `No common ancestor between ${baseName} and ${headName}.`);
  const [ahead, behind] = await Promise.all([
    state.git.commitsBetween(base.sha, head.sha),
    state.git.commitsBetween(head.sha, base.sha),
  ]);
  const { page, headers } = paginated(call, ahead);
  const listed = await Promise.all(page.map((sha) => state.git.commit(sha)));
  const html = `https://github.com/${state.repository.fullName}/compare/${baseName}...${headName}`;
  const body = {
    url: `${state.url}/repos/${state.repository.fullName}/compare/${baseName}...${headName}`,
    ...{ html_url: html, permalink_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` },
    base_commit: commitShape(state, base),
    merge_base_commit: commitShape(state, middle),
    status: relation(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: listed.filter((commit) => commit !== undefined).map((commit) => commitShape(state, commit)),
    files: await changedFiles(state, middle.sha, head.sha),
  };
  return replies.json(200, body, headers);
}

function relation(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}

/** `main`, a SHA, or `owner:branch` of a fork, whose commits live in the same git repository here. */
async function commitNamed(state: State, name: string): Promise<GitCommit | undefined> {
  const ref = name.includes(':') ? name.slice(name.indexOf(':') + 1) : name;
  const fork = state.pulls.find(
    (pull) => pull.head.repository && name === `${ownerOf(pull.head.repository)}:${pull.head.ref}`,
  );
  const sha = fork?.head.sha ?? (await state.git.commitSha(ref));
  return sha === undefined ? undefined : state.git.commit(sha);
}

function ownerOf(repository: { readonly fullName: string }): string {
  return repository.fullName.split('/')[0] ?? '';
}

function commitShape(state: State, commit: GitCommit): JsonObject {
  const api = `${state.url}/repos/${state.repository.fullName}`;
  const html = `https://github.com/${state.repository.fullName}/commit`;
  return {
    sha: commit.sha,
    node_id: commit.sha,
    url: `${api}/commits/${commit.sha}`,
    html_url: `${html}/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    commit: {
      url: `${api}/git/commits/${commit.sha}`,
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
    },
    author: null,
    committer: null,
    parents: commit.parents.map((sha) => ({ sha, url: `${api}/commits/${sha}`, html_url: `${html}/${sha}` })),
  };
}

function fullSha(sha: string | undefined): string {
  if (sha === undefined || !/^[0-9a-f]{40}$/.test(sha)) {
    throw new Answer(
      replies.problem(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].'),
    );
  }
  return sha;
}
