import * as z from 'zod';

const page = z.looseObject({
  nextUri: z.string().optional(),
  data: z.array(z.array(z.unknown())).optional(),
  error: z.looseObject({ errorName: z.string(), message: z.string() }).optional(),
});

/** Any statement, straight to the server: what prepares a test, and what looks at the server from outside. */
export async function statement(url: string, sql: string): Promise<{ readonly rows: readonly (readonly unknown[])[] }> {
  const headers = { 'X-Trino-User': 'preparing' };
  const rows: unknown[][] = [];
  let response = await fetch(`${url}/v1/statement`, { method: 'POST', body: sql, headers });
  for (;;) {
    const { data, error, nextUri } = page.parse(await response.json());
    rows.push(...(data ?? []));
    if (error !== undefined) throw new Error(`${error.errorName}: ${error.message}`);
    if (nextUri === undefined) return { rows };
    response = await fetch(nextUri, { headers });
  }
}
