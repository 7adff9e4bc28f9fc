/** A request as a server would see it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface ScriptedFetch {
  readonly fetch: typeof fetch;
  readonly asked: readonly Asked[];
}

/** Answers requests one after another; the last answer stays. What throws is a connection that fails. */
export function scripted(...answers: readonly ((asked: Asked) => Response | Promise<Response>)[]): ScriptedFetch {
  const asked: Asked[] = [];
  return {
    asked,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const one = { method: request.method, url: request.url, headers: request.headers, body: await request.text() };
      asked.push(one);
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer === undefined) throw new Error('no answer is scripted');
      return await answer(one);
    },
  };
}

export function json(value: unknown, status = 200): () => Response {
  return () => Response.json(value, { status });
}

export function page(body: string, status: number, headers: Readonly<Record<string, string>> = {}): () => Response {
  return () => new Response(body, { status, headers });
}
