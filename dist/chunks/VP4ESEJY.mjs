import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{o as a,p as b}from"./4DBPGFT4.mjs";import"./SBQF4UIF.mjs";import"./H7QFDFGJ.mjs";import"./7VAN7YLS.mjs";import"./2OK6HGXL.mjs";import"./LH33RU6T.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{b as changedExamples,a as evaluate};
