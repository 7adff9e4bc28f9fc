import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{n as r}from"../chunks/T6JTZ4J5.mjs";import"../chunks/PKWQXARN.mjs";import"../chunks/U4FZKYNF.mjs";import"../chunks/P2WAPOJ7.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/3W7IOUAB.mjs";await r();
