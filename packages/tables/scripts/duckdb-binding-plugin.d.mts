import type { Plugin } from 'esbuild';

/** esbuild plugin that leaves the engine's native part to run time. */
export function duckdbBinding(): Plugin;
