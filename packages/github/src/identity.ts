import * as z from 'zod';
import { ApiError } from './api-error.ts';
import type { Client } from './client.ts';

/** The account of an author, as every reply that has one shows it. */
export const accountSchema = z.object({ id: z.int(), login: z.string(), type: z.string().default('User') });
export type Account = z.infer<typeof accountSchema>;

/** Tells whether an account is the one that this client's token writes as. */
export type OwnAccount = (account: Account | null) => boolean;

const viewerReply = z.object({ data: z.object({ viewer: z.object({ databaseId: z.int(), login: z.string() }) }) });

const actionsBot = 'github-actions[bot]';
const asked = new WeakMap<Client, Promise<OwnAccount>>();

/**
 * Asks once per client who its token writes as. `GET /user` refuses installation tokens, which `GITHUB_TOKEN` is one
 * of; GraphQL's `viewer` answers for every kind of token (fullsend-ai/fullsend#1953). Where that cannot be asked, only
 * what the Actions bot wrote counts as ours: never a person's comment, whatever it quotes.
 */
export function ownAccount(client: Client): Promise<OwnAccount> {
  const known = asked.get(client);
  if (known !== undefined) return known;
  const asking = ask(client);
  asked.set(client, asking);
  return asking;
}

async function ask(client: Client): Promise<OwnAccount> {
  const operation = { what: "read the token's own account", permission: 'metadata: read' };
  try {
    const query = 'query { viewer { login databaseId } }';
    const { data } = await client.graphql(query, viewerReply, { operation, repeatable: true });
    return (account) => account?.id === data.viewer.databaseId;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return (account) => account?.login === actionsBot && account.type === 'Bot';
  }
}
