import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b}from"./DKLYHH2X.mjs";import"./4S25Z3T4.mjs";import"./PKWQXARN.mjs";import"./U4FZKYNF.mjs";import"./3W7IOUAB.mjs";export{a as parseProfile,b as writeProfile};
