import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{b as t,d as o,e as r,f as e}from"./FCO4AARS.mjs";import"./3W7IOUAB.mjs";var i="22.0.1";var a=t.plugin(e,o,r).defaults({userAgent:`octokit-rest.js/${i}`});export{a as Octokit};
