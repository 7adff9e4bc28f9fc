import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c}from"./AFYQU6KN.mjs";import"./ZP6SANKY.mjs";import"./5WP6XR42.mjs";export{a as classIndex,b as currentPlatform,c as openTables};
