import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{d as p,f as g}from"./OO5GZ5FN.mjs";import{n as c}from"./LH33RU6T.mjs";var b="profiles are written by Modelgate: take the proposed one from a run\u2019s artifact rather than editing it by hand";function M(n,e){let r=$(n,e),i=p.safeParse(r);if(i.success)return i.data;let t=i.error.issues.map(({path:o,message:u})=>{let a=o[0]==="columns"?w(r,o[1]):void 0,d=o.slice(a===void 0?0:2).join("."),h=a===void 0?`\`${d}\``:`${d===""?"":`\`${d}\` of `}column \`${a}\``;return{line:a===void 0?void 0:N(n,a),words:`${h}: ${u}`}}),s=t.find(o=>o.line!==void 0)?.line;throw new c("file-unreadable",`${e} is no profile: ${t.map(({words:o})=>o).join("; ")}`,{how:b,where:{file:e,...s===void 0?{}:{line:s}},cause:i.error})}function $(n,e){try{return JSON.parse(n)}catch(r){let i=r instanceof Error?r.message:String(r),t=/line (\d+)/.exec(i)?.[1];throw new c("file-unreadable",`${e} is no JSON: ${i}`,{how:b,where:{file:e,...t===void 0?{}:{line:Number(t)}},cause:r})}}function w(n,e){if(typeof n!="object"||n===null||!("columns"in n)||!Array.isArray(n.columns))return;let r=n.columns[Number(e)];return typeof r=="object"&&r!==null&&"name"in r&&typeof r.name=="string"?r.name:void 0}function N(n,e){let r=n.indexOf(`"name": ${JSON.stringify(e)}`);return r===-1?void 0:n.slice(0,r).split(`
`).length}function k(n){let{columns:e,...r}=n,i=l(r).map(([o,u])=>`  ${JSON.stringify(o)}: ${JSON.stringify(u)}`),t=e.map(o=>O(o,n.rows)).sort((o,u)=>m(o.name,u.name)).map(j);return`{
${[t.length===0?'  "columns": []':`  "columns": [
${t.join(`,
`)}
  ]`,...i].join(`,
`)}
}
`}function j({name:n,...e}){let r=l(e).map(([i,t])=>i==="values"&&Array.isArray(t)&&t.length>0?`      "values": [
${t.map(s=>`        ${f(s)}`).join(`,
`)}
      ]`:`      ${JSON.stringify(i)}: ${f(t)}`);return`    {
${[`      "name": ${JSON.stringify(n)}`,...r].join(`,
`)}
    }`}function f(n){return Array.isArray(n)?`[${n.map(f).join(", ")}]`:typeof n!="object"||n===null?JSON.stringify(n):`{ ${l(n).map(([e,r])=>`${JSON.stringify(e)}: ${f(r)}`).join(", ")} }`}function l(n){return Object.entries(n).filter(([,e])=>e!==void 0).sort(([e],[r])=>m(e,r))}function m(n,e){return n<e?-1:n>e?1:0}function O(n,e){switch(n.type){case"string":case"boolean":return C(n);case"integer":case"decimal":case"double":return P(n,g(n,e));default:return n}}function C(n){let e=n.values.filter(([,i])=>i>=n.listedFrom).sort(([i],[t])=>m(i,t)),r=n.values.reduce((i,[,t])=>i+(t<n.listedFrom?t:0),0);return{...n,values:e,rest:n.rest+r}}function P(n,e){if(n.spread===void 0)return n;let{mean:r,...i}=n.spread,t=Number(i.stddev.toPrecision(y(Math.ceil(Math.log10(Math.sqrt(2*e)))+2,2,15)));if(t===0)return n;let s=y(1-Math.floor(Math.log10(t/Math.sqrt(e))),0,100),o={...i,mean:Number(r.toFixed(s))+0,stddev:t};return{...n,spread:o}}function y(n,e,r){return Math.min(r,Math.max(e,n))}export{M as a,k as b};
