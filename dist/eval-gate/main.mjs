import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/G2WWMNQJ.mjs";import{a as e,m as r}from"../chunks/XXNPDUVU.mjs";import"../chunks/LH33RU6T.mjs";import{o as t}from"../chunks/QFXXAG6M.mjs";import"../chunks/P2WAPOJ7.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/3W7IOUAB.mjs";var s=t(e);await r(s,o);
