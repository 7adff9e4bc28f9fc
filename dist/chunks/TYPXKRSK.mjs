import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
var o={kind:"evaluation",run:async(t,e)=>{let{evaluate:a}=await import("./HMVKYOJD.mjs");return await a(t,{...e,openTables:async()=>(await import("./O6I4CGVG.mjs")).openTables(e.engine)})}};export{o as a};
