// Loaded when something is signed. Named here, for a bundler gives a dynamic import of a CommonJS package no names.
export { bundleToJSON, toDSSEBundle } from '@sigstore/bundle';
export { dsse, pem } from '@sigstore/core';
