import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{H as r}from"../chunks/ZP6SANKY.mjs";import"../chunks/5WP6XR42.mjs";import{parseArgs as p}from"node:util";var h=`modelgate check [gate]    judge a candidate on this machine, as the pull request would

  --policy FILE        the policy                                 (default: modelgate.yml)
  --stage NAME         stage of the policy                        (default: pull-request)
  --base REF           what the champion from git is read at      (default: origin/HEAD, else main)
  --champions FOLDER   recorded champions, downloaded from a run  (default: .modelgate/champions)
  --report FILE        write the HTML report
  --json               print the verdicts as JSON instead of text
  --engine-path FOLDER, --registry URL    where the table engine comes from

The policy is read from this checkout, so the verdict is unverified. Exit code: 0 when nothing stops, 1 when a gate stops,
2 when nothing could be judged.
`;async function d(e,t){let{values:o,positionals:a}=m(e),[n,i,...s]=a;if(o.help||n===void 0||n==="help")return t.out(h),n===void 0&&!o.help?2:0;if(n!=="check")throw new r("policy-invalid",`there is no command ${n}`,{how:"the commands are: check"});if(s.length>0)throw new r("policy-invalid",`check takes one gate, not ${s.length+1}`,{how:"name one, or none for all"});let{check:l}=await import("../chunks/2YAYSF5K.mjs");return await l({...o,gate:i},t)}function m(e){try{return p({args:[...e],allowPositionals:!0,options:{policy:{type:"string",default:"modelgate.yml"},stage:{type:"string",default:"pull-request"},base:{type:"string"},champions:{type:"string",default:".modelgate/champions"},report:{type:"string"},json:{type:"boolean",default:!1},"engine-path":{type:"string"},registry:{type:"string"},help:{type:"boolean",default:!1}}})}catch(t){throw new r("policy-invalid",t instanceof Error?t.message:String(t),{how:"see modelgate help",cause:t})}}function c(e){if(e instanceof r){let{file:o,line:a,column:n}=e.where??{};return`modelgate: ${o===void 0||e.message.startsWith(o)?"":`${[o,a,n].filter(s=>s!==void 0).join(":")}: `}${e.message}
${e.how===void 0?"":`What to do: ${e.how}
`}`}return`modelgate: a defect in Modelgate; please report it at https://github.com/modelgate/modelgate/issues
${e instanceof Error?e.stack??e.message:String(e)}
`}try{process.exitCode=await d(process.argv.slice(2),{folder:process.cwd(),env:process.env,out:e=>process.stdout.write(e),width:process.stdout.columns??120,colour:process.stdout.isTTY===!0&&!process.env.NO_COLOR})}catch(e){process.stderr.write(c(e)),process.exitCode=2}
