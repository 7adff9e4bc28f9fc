import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b}from"./OVX5GKZX.mjs";import"./3W7IOUAB.mjs";export{a as exec,b as getExecOutput};
