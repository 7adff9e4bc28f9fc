import { UserError } from '@modelgate/core';
import type { MlflowAuth } from './mlflow-connection.ts';

/** Which tracking server is asked, and as whom. */
export interface MlflowSettings {
  readonly trackingUri: string;
  readonly auth: MlflowAuth;
  /** What should be mended although it works, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads the variables that MLflow's own client reads: MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME and _PASSWORD, else
 * MLFLOW_TRACKING_TOKEN. Its files (~/.mlflow/credentials) are not looked at: what a step may do is what its environment
 * says.
 *
 * @throws UserError baseline-unreadable when one is missing or asks for what is not done; values are never shown
 */
export function mlflowSettings(environment: Readonly<Record<string, string | undefined>>): MlflowSettings {
  // an undefined secret of a workflow is an empty text
  const value = (name: string) => environment[name]?.trim() || undefined;
  const trackingUri = value('MLFLOW_TRACKING_URI');
  if (trackingUri === undefined) {
    throw refusal(
      'the champion is in MLflow, and MLFLOW_TRACKING_URI is not set',
      `give it to this step: \`env: { MLFLOW_TRACKING_URI: "\${{ vars.MLFLOW_TRACKING_URI }}" }\`, and the credentials beside it from secrets; pull requests from forks get no secrets`,
    );
  }
  if (isOn(value('MLFLOW_TRACKING_INSECURE_TLS'))) {
    throw refusal(
      'MLFLOW_TRACKING_INSECURE_TLS asks to believe whoever answers in place of the MLflow server, and to tell it the credentials',
      'remove it; an authority of your own is trusted through NODE_EXTRA_CA_CERTS: <file>',
    );
  }
  const unread = value('MLFLOW_TRACKING_SERVER_CERT_PATH') !== undefined && value('NODE_EXTRA_CA_CERTS') === undefined;
  return {
    trackingUri,
    auth: authOf(value('MLFLOW_TRACKING_USERNAME'), value('MLFLOW_TRACKING_PASSWORD'), value('MLFLOW_TRACKING_TOKEN')),
    warnings: unread
      ? ['MLFLOW_TRACKING_SERVER_CERT_PATH is not read here: name the same file in NODE_EXTRA_CA_CERTS.']
      : [],
  };
}

function authOf(user: string | undefined, password: string | undefined, token: string | undefined): MlflowAuth {
  if ((user === undefined) !== (password === undefined)) {
    const [given, missing] = user === undefined ? ['PASSWORD', 'USERNAME'] : ['USERNAME', 'PASSWORD'];
    throw refusal(
      `MLFLOW_TRACKING_${given} is set, and MLFLOW_TRACKING_${missing} is not`,
      `give both to this step: \`env: { MLFLOW_TRACKING_${missing}: "\${{ secrets.MLFLOW_TRACKING_${missing} }}" }\``,
    );
  }
  // in MLflow's own order
  if (user !== undefined && password !== undefined) return { kind: 'basic', user, password };
  return token === undefined ? { kind: 'none' } : { kind: 'bearer', token };
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && ['true', '1', 'yes', 'on'].includes(text.toLowerCase());
}

function refusal(message: string, how: string): UserError {
  return new UserError('baseline-unreadable', message, { how });
}
