import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{k as t}from"../chunks/3BRALYQ7.mjs";import"../chunks/APCPEDMV.mjs";import"../chunks/QFXXAG6M.mjs";import"../chunks/P2WAPOJ7.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/3W7IOUAB.mjs";await t();
