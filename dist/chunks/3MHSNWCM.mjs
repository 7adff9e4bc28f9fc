import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
var o={kind:"evaluation",run:async(t,e)=>{let{evaluate:a}=await import("./KTE6EIF6.mjs");return await a(t,{...e,openTables:async()=>(await import("./6UF5AG3K.mjs")).openTables(e.engine)})}};export{o as a};
