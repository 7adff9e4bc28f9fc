import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{i as a}from"./UTEDMMIU.mjs";import"./OO5GZ5FN.mjs";import"./7VAN7YLS.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as profileTable};
