import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{n as r}from"../chunks/XXNPDUVU.mjs";import"../chunks/LH33RU6T.mjs";import"../chunks/QFXXAG6M.mjs";import"../chunks/P2WAPOJ7.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/3W7IOUAB.mjs";await r();
