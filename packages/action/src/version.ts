import metadata from '../package.json' with { type: 'json' };

/** The one version of all rooms. */
export const version: string = metadata.version;
