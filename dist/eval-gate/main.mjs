import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/EKVQI3N6.mjs";import{a as e,j as r}from"../chunks/PEAY5TBF.mjs";import{m as t}from"../chunks/BJY74LKA.mjs";import"../chunks/7RRK3XKA.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/OA2UHXQJ.mjs";var s=t(e);await r(s,o);
