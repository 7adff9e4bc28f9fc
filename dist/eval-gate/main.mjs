import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/WWNXNCDH.mjs";import{a as e,m as r}from"../chunks/VY7S73Q7.mjs";import"../chunks/VBDIISW4.mjs";import{o as t}from"../chunks/QFXXAG6M.mjs";import"../chunks/P2WAPOJ7.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/3W7IOUAB.mjs";var s=t(e);await r(s,o);
