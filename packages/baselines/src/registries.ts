import { MlflowClient } from './mlflow-client.ts';
import { mlflowSettings } from './mlflow-environment.ts';
import { ObjectStore } from './object-store.ts';
import type { RegistryHttpOptions } from './registry-http.ts';
import { s3Settings } from './s3-environment.ts';

/** What is asked over the network, with this job's credentials; each is made when a policy first asks for it. */
export interface Registries {
  /** @throws UserError baseline-unreadable, naming the variable that is missing */
  mlflow(): MlflowClient;
  /** @throws UserError baseline-unreadable, naming the variable that is missing */
  objects(bucket: string): ObjectStore;
}

export interface RegistriesOptions extends RegistryHttpOptions {
  readonly now: () => Date;
}

/** The registries that a step's environment names. */
export function registriesOf(
  environment: Readonly<Record<string, string | undefined>>,
  options: RegistriesOptions,
): Registries {
  return {
    mlflow: () => new MlflowClient({ ...mlflowSettings(environment), ...options }),
    objects: (bucket) => new ObjectStore(s3Settings(bucket, environment), options),
  };
}
