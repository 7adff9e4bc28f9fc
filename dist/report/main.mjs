import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{g as r}from"../chunks/D5WBFIGE.mjs";import"../chunks/R4ORLLPF.mjs";import"../chunks/RYK37RCT.mjs";import"../chunks/5WP6XR42.mjs";await r();
