import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c}from"./6YTWK7DZ.mjs";import"./BJY74LKA.mjs";import"./OA2UHXQJ.mjs";export{a as classIndex,b as currentPlatform,c as openTables};
