import {DuckDBInstance} from '@duckdb/node-api';
const i=await DuckDBInstance.create(':memory:'); const c=await i.connect();
const q=async(s:string)=>{try{return (await c.runAndReadAll(s)).getRowsJS()}catch(e){return String(e)}};
console.log(JSON.stringify(await q("select string_agg(distinct function_name, ' ' order by function_name) from duckdb_functions() where function_type in ('scalar','macro','aggregate') and function_name similar to '[a-z].*' and function_name not like 'array%' and function_name not like 'list%' and function_name not like 'icu%'")));
console.log(JSON.stringify(await q("select string_agg(distinct function_name, ' ' order by function_name) from duckdb_functions() where function_type in ('table','table_macro','pragma')")));
console.log(await q("select md5('a'), md5_number_upper('a'), md5_number_lower('a'), md5_number('a')"));
