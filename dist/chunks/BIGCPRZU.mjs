import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c,d,e}from"./C4ZXYJN2.mjs";import"./2OK6HGXL.mjs";import"./LQEZKHVU.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as classIndex,b as currentPlatform,d as openTables,e as openTrino,c as sampleLimit};
