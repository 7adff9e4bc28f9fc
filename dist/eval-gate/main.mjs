import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{b as o}from"../chunks/WG7JA4S5.mjs";import{C as t,H as r,h as e}from"../chunks/XXSVEO3Q.mjs";import"../chunks/5G6WCGZY.mjs";import"../chunks/R4ORLLPF.mjs";import"../chunks/5WP6XR42.mjs";var s=e(t);await r(s,o);
