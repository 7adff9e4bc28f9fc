import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{o as a,p as b}from"./7O4FBSTJ.mjs";import"./PVSB2VHF.mjs";import"./BYOOBWMQ.mjs";import"./VFZJFHWE.mjs";import"./2OK6HGXL.mjs";import"./APCPEDMV.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{b as changedExamples,a as evaluate};
