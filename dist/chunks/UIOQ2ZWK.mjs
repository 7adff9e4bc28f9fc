import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c}from"./OXK5VTE5.mjs";import"./7MZVTGE3.mjs";import"./OA2UHXQJ.mjs";export{a as classIndex,b as currentPlatform,c as openTables};
