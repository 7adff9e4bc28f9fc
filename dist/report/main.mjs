import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{g as r}from"../chunks/ZKD35AE7.mjs";import"../chunks/R4ORLLPF.mjs";import"../chunks/RYK37RCT.mjs";import"../chunks/5WP6XR42.mjs";await r();
