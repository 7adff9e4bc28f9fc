import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/JJX3XK2E.mjs";import{a as t,f as r}from"../chunks/D5WBFIGE.mjs";import"../chunks/R4ORLLPF.mjs";import{k as e}from"../chunks/RYK37RCT.mjs";import"../chunks/5WP6XR42.mjs";var s=e(t);await r(s,o);
