import type { Reply } from '../reply.ts';
import { replies } from '../reply.ts';
import { user } from '../repository-shape.ts';
import type { Call, Route } from '../router.ts';

export const identityRoutes: readonly Route[] = [
  { method: 'GET', template: '/user', handle: whoAmI },
  { method: 'GET', template: '/rate_limit', handle: rateLimit },
  { method: 'POST', template: '/graphql', handle: viewer },
];

/** Author of what a token writes. */
export function loginOf({ token }: Call): string {
  if (token?.login !== undefined) return token.login;
  if (token?.kind === 'app') return 'modelgate-app[bot]';
  return token?.kind === 'user' ? 'octocat' : 'github-actions[bot]';
}

/** Installation tokens, GITHUB_TOKEN among them, have no user: they cannot ask who they are. */
function whoAmI(call: Call): Reply {
  if (call.token === undefined) return replies.requiresAuthentication();
  if (call.token.kind !== 'user') return replies.problem(403, 'Resource not accessible by integration');
  const date = '2020-01-01T00:00:00Z';
  return replies.json(200, {
    ...user(call.state, loginOf(call)),
    ...{ name: null, company: null, blog: '', location: null, email: null, hireable: null, bio: null },
    ...{ public_repos: 1, public_gists: 0, followers: 0, following: 0, created_at: date, updated_at: date },
  });
}

/** The one GraphQL query that is asked: what `GET /user` refuses to installation tokens, `viewer` tells them. */
function viewer(call: Call): Reply {
  if (call.token === undefined) return replies.requiresAuthentication();
  const login = loginOf(call);
  return replies.json(200, { data: { viewer: { login, databaseId: user(call.state, login)['id'] ?? null } } });
}

function rateLimit({ state }: Call): Reply {
  const { limit, remaining } = state.rateLimit;
  const reset = Math.floor(state.now().getTime() / 1000) + 3600;
  const core = { limit, remaining, used: limit - remaining, reset };
  const search = { limit: 30, remaining: 30, used: 0, reset };
  return replies.json(200, { resources: { core, search }, rate: core });
}
