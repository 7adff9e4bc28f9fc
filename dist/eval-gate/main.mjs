import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/TYPXKRSK.mjs";import{a as e,m as r}from"../chunks/T6JTZ4J5.mjs";import"../chunks/PKWQXARN.mjs";import{n as t}from"../chunks/U4FZKYNF.mjs";import"../chunks/P2WAPOJ7.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/3W7IOUAB.mjs";var s=t(e);await r(s,o);
