import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{a,b,c}from"./WBMWH3NI.mjs";import"./RYK37RCT.mjs";import"./5WP6XR42.mjs";export{a as classIndex,b as currentPlatform,c as openTables};
