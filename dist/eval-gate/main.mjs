import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/I4KRY3XI.mjs";import{a as t,g as r}from"../chunks/D322S6X7.mjs";import"../chunks/KXZZIKMN.mjs";import"../chunks/OVX5GKZX.mjs";import{k as e}from"../chunks/ZP6SANKY.mjs";import"../chunks/5WP6XR42.mjs";var s=e(t);await r(s,o);
