import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a as o}from"../chunks/JEG3ESBY.mjs";import{a as e,j as r}from"../chunks/SLCDBHV2.mjs";import{m as t}from"../chunks/7MZVTGE3.mjs";import"../chunks/7RRK3XKA.mjs";import"../chunks/OVX5GKZX.mjs";import"../chunks/OA2UHXQJ.mjs";var s=t(e);await r(s,o);
