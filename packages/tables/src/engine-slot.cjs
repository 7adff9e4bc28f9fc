// Stands in for @duckdb/node-bindings, which would look for its native part beside itself: here the part is what
// engine-binding.ts has verified and loaded. In a bundle the esbuild plugin puts this file in that place, under Node a
// resolve hook does.
module.exports = globalThis[Symbol.for('modelgate.duckdb')];
