import {DuckDBInstance} from '@duckdb/node-api';
const i=await DuckDBInstance.create(':memory:'); const c=await i.connect();
const q=async(s:string)=>{try{return (await c.runAndReadAll(s)).getRowsJS()}catch(e){return String(e)}};
const ser=async(s:string)=>{const r=await c.runAndReadAll(`select json_serialize_sql(${"'"+s.replaceAll("'","''")+"'"})`);return String(r.getRowsJS()[0][0])};
for (const s of process.argv.slice(2)) console.log(s,'\n  ',await ser(s));
