import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
var o={kind:"evaluation",run:async(t,e)=>{let{evaluate:a}=await import("./Y4XCYEXF.mjs");return await a(t,{...e,openTables:async()=>(await import("./W4RPYJTD.mjs")).openTables(e.engine)})}};export{o as a};
