import type { JsonObject } from './reply.ts';
import type { RepositoryRef } from './scenario.ts';
import type { State } from './state.ts';
import { actionsApp } from './state.ts';

/** GitHub's JSON for people, Apps and repositories, which most other shapes hold. */

export const site = 'https://github.com';

export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

/** Stable ids for people, so that two replies agree; github-actions[bot] has its real one. */
function userId(login: string): number {
  if (login === 'github-actions[bot]') return 41898282;
  if (login === 'dependabot[bot]') return 49699333;
  return 1_000_000 + [...login].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 900_000, 7);
}

export function user(state: State, login: string): JsonObject {
  const bot = login.endsWith('[bot]');
  const url = `${state.url}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: userId(login),
    node_id: nodeId('User', userId(login)),
    avatar_url: `https://avatars.githubusercontent.com/u/${userId(login)}?v=4`,
    gravatar_id: '',
    url,
    html_url: bot ? `${site}/apps/${login.slice(0, -5)}` : `${site}/${login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: bot ? 'Bot' : 'User',
    site_admin: false,
  };
}

/** The App behind a `slug[bot]` author. 15368 is the real id of GitHub Actions. */
export function app(state: State, slug: string): JsonObject {
  return {
    id: slug === actionsApp ? 15368 : userId(slug),
    slug,
    node_id: nodeId('App', slug),
    owner: user(state, 'github'),
    name: slug === actionsApp ? 'GitHub Actions' : slug,
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${site}/apps/${slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { checks: 'write', contents: 'read', metadata: 'read' },
    events: [],
  };
}

const repositoryLinks = [
  'archive{archive_format}{/ref}',
  'assignees{/user}',
  'git/blobs{/sha}',
  'branches{/branch}',
  'collaborators{/collaborator}',
  'comments{/number}',
  'commits{/sha}',
  'compare/{base}...{head}',
  'contents/{+path}',
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'git/commits{/sha}',
  'git/refs{/sha}',
  'git/tags{/sha}',
  'hooks',
  'issues/comments{/number}',
  'issues/events{/number}',
  'issues{/number}',
  'keys{/key_id}',
  'labels{/name}',
  'languages',
  'merges',
  'milestones{/number}',
  'notifications{?since,all,participating}',
  'pulls{/number}',
  'releases{/id}',
  'stargazers',
  'statuses/{sha}',
  'subscribers',
  'subscription',
  'tags',
  'teams',
  'git/trees{/sha}',
];

/** `git/blobs{/sha}` is announced as `blobs_url`; a few names differ from their paths. */
function linkName(link: string): string {
  const word = link.replace(/\{.*$/, '').replace(/\/$/, '');
  if (word === 'git/commits' || word === 'git/refs' || word === 'git/tags') return `${word.replace('/', '_')}_url`;
  if (word === 'issues/comments') return 'issue_comment_url';
  if (word === 'issues/events') return 'issue_events_url';
  return `${word.replace('git/', '')}_url`;
}

/** The short form that runs and pull requests hold; `repository` adds what only the long form has. */
export function minimalRepository(state: State, ref: RepositoryRef): JsonObject {
  const [owner = '', name = ''] = ref.fullName.split('/');
  const url = `${state.url}/repos/${ref.fullName}`;
  return {
    id: ref.id,
    node_id: nodeId('Repository', ref.id),
    name,
    full_name: ref.fullName,
    private: state.repository.private,
    owner: user(state, owner),
    html_url: `${site}/${ref.fullName}`,
    description: null,
    fork: ref.id !== state.repository.id,
    url,
    ...Object.fromEntries(repositoryLinks.map((link) => [linkName(link), `${url}/${link}`])),
  };
}

export function repository(state: State, ref: RepositoryRef = state.repository): JsonObject {
  const date = '2026-01-01T00:00:00Z';
  const html = `${site}/${ref.fullName}`;
  return {
    ...minimalRepository(state, ref),
    default_branch: state.repository.defaultBranch,
    visibility: state.repository.private ? 'private' : 'public',
    ...{ git_url: `git://github.com/${ref.fullName}.git`, ssh_url: `git@github.com:${ref.fullName}.git` },
    ...{ clone_url: `${html}.git`, svn_url: html, mirror_url: null, homepage: null, language: 'Python', license: null },
    ...{ forks: 0, forks_count: 0, open_issues: 0, open_issues_count: 0, size: 1, stargazers_count: 0 },
    ...{ watchers: 0, watchers_count: 0, network_count: 0, subscribers_count: 0, archived: false, disabled: false },
    ...{ has_issues: state.repository.hasIssues, has_projects: true, has_wiki: true, has_pages: false },
    ...{ has_discussions: false, has_downloads: true, created_at: date, updated_at: date, pushed_at: date },
  };
}
