import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{o as a,p as b}from"./2ADBM23L.mjs";import"./22CWMV63.mjs";import"./K3PTD67P.mjs";import"./6JS26ZIJ.mjs";import"./2OK6HGXL.mjs";import"./F5QGI55P.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{b as changedExamples,a as evaluate};
