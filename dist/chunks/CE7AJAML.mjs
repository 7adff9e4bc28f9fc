import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b}from"./ZLHYX7YG.mjs";import"./OO5GZ5FN.mjs";import"./LH33RU6T.mjs";import"./QFXXAG6M.mjs";import"./3W7IOUAB.mjs";export{a as parseProfile,b as writeProfile};
