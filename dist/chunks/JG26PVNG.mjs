import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c,d,e,f}from"./SBQF4UIF.mjs";import"./2OK6HGXL.mjs";import"./LH33RU6T.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as classIndex,c as currentPlatform,b as mostGroups,e as openTables,f as openTrino,d as sampleLimit};
