import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{i as a}from"./44QVXTT3.mjs";import"./OO5GZ5FN.mjs";import"./VFZJFHWE.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as profileTable};
