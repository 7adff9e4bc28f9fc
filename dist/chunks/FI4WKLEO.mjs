import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{i as a}from"./URD2A3CH.mjs";import"./OO5GZ5FN.mjs";import"./6JS26ZIJ.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as profileTable};
