import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{i as a}from"./EV6F6SPS.mjs";import"./4S25Z3T4.mjs";import"./TC7EUAKD.mjs";import"./U4FZKYNF.mjs";import"./3W7IOUAB.mjs";export{a as profileTable};
