import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
var o={kind:"evaluation",run:async(t,e)=>{let{evaluate:a}=await import("./7PNQJ3Y6.mjs");return await a(t,{...e,openTables:async()=>(await import("./BIGCPRZU.mjs")).openTables(e.engine)})}};export{o as a};
