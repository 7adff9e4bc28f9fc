import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c,d,e,f}from"./MDPEUXTR.mjs";import"./2OK6HGXL.mjs";import"./VBDIISW4.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as classIndex,c as currentPlatform,b as mostGroups,e as openTables,f as openTrino,d as sampleLimit};
