import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c,d,e}from"./OVAM65EF.mjs";import"./2OK6HGXL.mjs";import"./PKWQXARN.mjs";import"./U4FZKYNF.mjs";import"./3W7IOUAB.mjs";export{a as classIndex,b as currentPlatform,d as openTables,e as openTrino,c as sampleLimit};
