import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b}from"./PR5KHFNJ.mjs";import"./OO5GZ5FN.mjs";import"./VBDIISW4.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as parseProfile,b as writeProfile};
