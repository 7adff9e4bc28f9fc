import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);
import{Q as a}from"../chunks/BJY74LKA.mjs";import"../chunks/OA2UHXQJ.mjs";import{parseArgs as d}from"node:util";var u=`modelgate check [gate]     judge a candidate on this machine, as the pull request would
modelgate verify [model]   is this the model that the gates have passed, and by whose word

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

The policy is read from this checkout, so what \`check\` says is unverified. Exit code: 0 when nothing stops and all is
shown, 1 when a gate stops or the evidence is refused, 2 when nothing could be judged.
`;async function c(e,t){let[o,...r]=e;if(o===void 0||["help","--help","-h"].includes(o)||r.includes("--help"))return t.out(u),o===void 0?2:0;switch(o){case"check":{let{values:s,positional:i}=l("check","gate",()=>g(r)),{check:n}=await import("../chunks/BWGPJZCZ.mjs");return await n({...s,gate:i},t)}case"verify":{let{values:s,positional:i}=l("verify","model",()=>m(r)),{verify:n}=await import("../chunks/QO4AP3CS.mjs");return await n({...s,subject:i},t)}default:throw new a("policy-invalid",`there is no command ${o}`,{how:"the commands are: check, verify"})}}function g(e){return d({args:[...e],allowPositionals:!0,options:{policy:{type:"string",default:"modelgate.yml"},stage:{type:"string",default:"pull-request"},base:{type:"string"},champions:{type:"string",default:".modelgate/champions"},report:{type:"string"},json:{type:"boolean",default:!1},"engine-path":{type:"string"},registry:{type:"string"}}})}function m(e){return d({args:[...e],allowPositionals:!0,options:{evidence:{type:"string",multiple:!0,default:[".modelgate/evidence"]},policy:{type:"string",default:"modelgate.yml"},gate:{type:"string",multiple:!0,default:[]},key:{type:"string"},"trusted-root":{type:"string"},issuer:{type:"string"},repository:{type:"string"},"repository-id":{type:"string"},ref:{type:"string",multiple:!0},"signer-workflow":{type:"string"},"signer-commit":{type:"string",multiple:!0},commit:{type:"string"},"max-age":{type:"string"},level:{type:"string"},json:{type:"boolean",default:!1}}})}function l(e,t,o){let{values:r,positionals:s}=h(o),[i,...n]=s;if(n.length===0)return{values:r,positional:i};throw new a("policy-invalid",`${e} takes one ${t}, not ${s.length}`,{how:"name one, or none for all"})}function h(e){try{return e()}catch(t){throw new a("policy-invalid",t instanceof Error?t.message:String(t),{how:"see modelgate help",cause:t})}}function p(e){if(e instanceof a){let{file:o,line:r,column:s}=e.where??{};return`modelgate: ${o===void 0||e.message.startsWith(o)?"":`${[o,r,s].filter(n=>n!==void 0).join(":")}: `}${e.message}
${e.how===void 0?"":`What to do: ${e.how}
`}`}return`modelgate: a defect in Modelgate; please report it at https://github.com/modelgate/modelgate/issues
${e instanceof Error?e.stack??e.message:String(e)}
`}try{process.exitCode=await c(process.argv.slice(2),{folder:process.cwd(),env:process.env,out:e=>process.stdout.write(e),width:process.stdout.columns??120,colour:process.stdout.isTTY===!0&&!process.env.NO_COLOR})}catch(e){process.stderr.write(p(e)),process.exitCode=2}
