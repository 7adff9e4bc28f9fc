import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/3MHSNWCM.mjs";import{a as t,f as r}from"../chunks/ZKD35AE7.mjs";import"../chunks/R4ORLLPF.mjs";import{k as e}from"../chunks/RYK37RCT.mjs";import"../chunks/5WP6XR42.mjs";var s=e(t);await r(s,o);
