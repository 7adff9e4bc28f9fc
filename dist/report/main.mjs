import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{I as r}from"../chunks/XXSVEO3Q.mjs";import"../chunks/5G6WCGZY.mjs";import"../chunks/R4ORLLPF.mjs";import"../chunks/5WP6XR42.mjs";await r();
