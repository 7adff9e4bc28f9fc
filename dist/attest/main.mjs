import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{k as t}from"../chunks/VY7S73Q7.mjs";import"../chunks/VBDIISW4.mjs";import"../chunks/QFXXAG6M.mjs";import"../chunks/P2WAPOJ7.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/3W7IOUAB.mjs";await t();
