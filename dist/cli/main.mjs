import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{n as i}from"../chunks/LH33RU6T.mjs";import"../chunks/QFXXAG6M.mjs";import"../chunks/3W7IOUAB.mjs";import{parseArgs as c}from"node:util";var h=`modelgate check [gate]     judge a candidate on this machine, as the pull request would
modelgate verify [model]   is this the model that the gates have passed, and by whose word
modelgate profile <table>  look at a table as a whole: what later ones are held against
modelgate contract infer <table>     propose a data contract
modelgate contract import <file>     take over the contract of another tool

check:
  --policy FILE        the policy                                 (default: modelgate.yml)
  --stage NAME         stage of the policy                        (default: pull-request)
  --base REF           what the champion from git is read at      (default: origin/HEAD, else main)
  --champions FOLDER   recorded champions, downloaded from a run  (default: .modelgate/champions)
  --report FILE        write the HTML report
  --json               print the verdicts as JSON instead of text
  --engine-path FOLDER, --registry URL    where the table engine comes from

verify: the model is a file, a folder or sha256:<digest>           (default: the policy's subject)
  --evidence FILE      signed statements, or a folder of them; \`github\` asks the repository's attestations. Repeatable
                                                                  (default: .modelgate/evidence)
  --policy FILE        the policy that must have judged           (default: modelgate.yml)
  --gate ID            a gate that must have passed, repeatable   (default: all of the policy)
  --key FILE           public key of the signer, or
  --trusted-root FILE  Sigstore's trust root                      (default: as \`evidence\` of the policy says)
  --repository OWNER/NAME, --repository-id ID    where the evidence must come from
  --ref REF, --commit SHA, --max-age 30d, --level attested|witnessed
  --signer-workflow OWNER/NAME/PATH, --signer-commit SHA    which workflow must have signed
  --issuer URL         who vouches for its identity               (default: this GitHub server's)
  --json               print the decision as JSON

profile, contract:
  --out FILE           write it there instead of printing it
  --force              also where there is such a file
  --from great-expectations|pandera|json-schema    of \`contract import\`: whose contract it is
  --engine-path FOLDER, --registry URL    where the table engine comes from

The policy is read from this checkout, so what \`check\` says is unverified. Exit code: 0 when nothing stops and all is
shown, 1 when a gate stops or the evidence is refused, 2 when nothing could be judged.
`;async function p(e,t){let[r,...a]=e;if(r===void 0||["help","--help","-h"].includes(r)||a.includes("--help"))return t.out(h),r===void 0?2:0;switch(r){case"check":{let{values:o,positional:n}=l("check","gate",()=>f(a)),{check:s}=await import("../chunks/XASAUFN2.mjs");return await s({...o,gate:n},t)}case"verify":{let{values:o,positional:n}=l("verify","model",()=>y(a)),{verify:s}=await import("../chunks/SPW4A2I6.mjs");return await s({...o,subject:n},t)}case"profile":{let{values:o,positional:n}=l("profile","table",()=>d(a)),{profile:s}=await import("../chunks/Z3FC5XWZ.mjs");return await s({...o,table:n},t)}case"contract":{let[o,...n]=a,{values:s,positional:g}=l("contract","table or file",()=>d(n)),{contract:m}=await import("../chunks/WRMD5545.mjs");return await m({...s,task:o,subject:g},t)}default:throw new i("policy-invalid",`there is no command ${r}`,{how:"the commands are: check, verify, profile, contract"})}}function f(e){return c({args:[...e],allowPositionals:!0,options:{policy:{type:"string",default:"modelgate.yml"},stage:{type:"string",default:"pull-request"},base:{type:"string"},champions:{type:"string",default:".modelgate/champions"},report:{type:"string"},json:{type:"boolean",default:!1},"engine-path":{type:"string"},registry:{type:"string"}}})}function y(e){return c({args:[...e],allowPositionals:!0,options:{evidence:{type:"string",multiple:!0,default:[".modelgate/evidence"]},policy:{type:"string",default:"modelgate.yml"},gate:{type:"string",multiple:!0,default:[]},key:{type:"string"},"trusted-root":{type:"string"},issuer:{type:"string"},repository:{type:"string"},"repository-id":{type:"string"},ref:{type:"string",multiple:!0},"signer-workflow":{type:"string"},"signer-commit":{type:"string",multiple:!0},commit:{type:"string"},"max-age":{type:"string"},level:{type:"string"},json:{type:"boolean",default:!1}}})}function d(e){return c({args:[...e],allowPositionals:!0,options:{out:{type:"string"},force:{type:"boolean",default:!1},from:{type:"string"},"engine-path":{type:"string"},registry:{type:"string"}}})}function l(e,t,r){let{values:a,positionals:o}=w(r),[n,...s]=o;if(s.length===0)return{values:a,positional:n};throw new i("policy-invalid",`${e} takes one ${t}, not ${o.length}`,{how:"name one, or none for all"})}function w(e){try{return e()}catch(t){throw new i("policy-invalid",t instanceof Error?t.message:String(t),{how:"see modelgate help",cause:t})}}function u(e){if(e instanceof i){let{file:r,line:a,column:o}=e.where??{};return`modelgate: ${r===void 0||e.message.startsWith(r)?"":`${[r,a,o].filter(s=>s!==void 0).join(":")}: `}${e.message}
${e.how===void 0?"":`What to do: ${e.how}
`}`}return`modelgate: a defect in Modelgate; please report it at https://github.com/modelgate/modelgate/issues
${e instanceof Error?e.stack??e.message:String(e)}
`}try{process.exitCode=await p(process.argv.slice(2),{folder:process.cwd(),env:process.env,out:e=>process.stdout.write(e),width:process.stdout.columns??120,colour:process.stdout.isTTY===!0&&!process.env.NO_COLOR})}catch(e){process.stderr.write(u(e)),process.exitCode=2}
