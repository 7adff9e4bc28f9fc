import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b}from"./36TSUVT7.mjs";import"./3W7IOUAB.mjs";export{a as duckdb,b as trino};
