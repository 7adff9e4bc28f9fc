import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b}from"./OVX5GKZX.mjs";import"./OA2UHXQJ.mjs";export{a as exec,b as getExecOutput};
