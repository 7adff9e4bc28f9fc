import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{h as r}from"../chunks/D322S6X7.mjs";import"../chunks/KXZZIKMN.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/ZP6SANKY.mjs";import"../chunks/5WP6XR42.mjs";await r();
