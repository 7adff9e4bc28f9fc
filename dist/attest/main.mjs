import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{h as t}from"../chunks/PEAY5TBF.mjs";import"../chunks/BJY74LKA.mjs";import"../chunks/7RRK3XKA.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/OA2UHXQJ.mjs";await t();
