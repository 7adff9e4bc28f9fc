/** The page's style. No font, image or script is fetched; colours follow the reader's system and never speak alone. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #ffffff; --panel: #f6f8fa; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --link: #0969da; --pass: #1a7f37; --fail: #cf222e; --open: #9a6700; --waived: #8250df; --quiet: #59636e;
  --pass-ground: #dafbe1; --fail-ground: #ffebe9; --open-ground: #fff8c5; --waived-ground: #fbefff; --quiet-ground: #eff2f5; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1117; --panel: #151b23; --ink: #f0f6fc; --soft: #9198a1;
  --line: #3d444d; --link: #4493f8; --pass: #3fb950; --fail: #f85149; --open: #d29922; --waived: #ab7df8; --quiet: #9198a1;
  --pass-ground: #12261e; --fail-ground: #2d1618; --open-ground: #272215; --waived-ground: #211b33; --quiet-ground: #1b222b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.35; margin: 0 0 .5rem; font-weight: 600; text-wrap: pretty; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; font-weight: 600; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; font-weight: 600; }
code { font: .9em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  background: var(--panel); border-radius: .3em; padding: .1em .35em; unicode-bidi: isolate; }
pre { background: var(--panel); border-radius: .4rem; padding: .75rem 1rem; overflow-x: auto; } pre code { background: none; padding: 0; }
a { color: var(--link); }
p, ul { margin: .5rem 0; } ul { padding-left: 1.25rem; } li { margin: .3rem 0; }
.lead { border-left: .4rem solid var(--tone); background: var(--tone-ground); padding: 1.1rem 1.25rem; border-radius: .4rem; }
.lead code { background: transparent; padding: 0; font-weight: 600; }
.lead p { margin: 0; color: var(--soft); font-size: .9rem; }
.alert { border-left: .25rem solid var(--open); padding: .25rem 1rem; margin: 1rem 0; }
.change { border: 1px solid var(--line); border-radius: .4rem; padding: .35rem 1rem; margin: 1rem 0; }
.alert > strong { color: var(--open); }
.pass { --tone: var(--pass); --tone-ground: var(--pass-ground); } .fail, .error { --tone: var(--fail); --tone-ground: var(--fail-ground); }
.inconclusive, .warn { --tone: var(--open); --tone-ground: var(--open-ground); }
.waived { --tone: var(--waived); --tone-ground: var(--waived-ground); } .skipped { --tone: var(--quiet); --tone-ground: var(--quiet-ground); }
.badge { display: inline-block; white-space: nowrap; color: var(--tone); background: var(--tone-ground);
  border: 1px solid currentColor; border-radius: 2em; padding: 0 .6em; font-size: .82rem; font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-size: .92rem; margin: .5rem 0; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .82rem; white-space: nowrap; overflow-wrap: normal; }
th, td { padding: .55rem .6rem; border-bottom: 1px solid var(--line); vertical-align: middle; }
th:first-child, td:first-child { padding-left: 0; } .number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; } td.rule { min-width: 17rem; } td.column, td.group { min-width: 8.5rem; } td.gate { min-width: 5rem; }
.plot { display: block; width: 15rem; height: 1.75rem; }
.plot .axis { stroke: var(--line); stroke-width: 1; } .plot .zero { stroke: var(--soft); stroke-width: 1.25; }
.plot .limit { stroke: var(--ink); stroke-width: 1.75; stroke-dasharray: 3 2.5; } .plot .away { fill: var(--ink); } .plot .beyond { fill: var(--tone); }
.plot .bar { stroke: var(--tone); stroke-width: 2.5; fill: none; } .plot .dot { fill: var(--tone); stroke: var(--ground); stroke-width: 1.5; }
.range { color: var(--soft); font-size: .85rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.legend, .facts, footer, .why { color: var(--soft); font-size: .85rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .3rem 1.25rem; font-size: .92rem; margin: .5rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
details > summary { cursor: pointer; font-weight: 600; margin: .75rem 0; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media (max-width: 44rem) {
  main { padding: 1rem 1rem 3rem; } h1 { font-size: 1.2rem; } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; } tr { border-bottom: 1px solid var(--line); padding: .7rem 0; }
  td, td:first-child { border: 0; padding: .12rem 0; } td.number { text-align: left; white-space: normal; } td.rule, td.column, td.group, td.gate { min-width: 0; }
  td[data-label]::before { content: attr(data-label) " "; color: var(--soft); font-size: .82rem; display: inline-block; min-width: 8rem; }
  td:empty { display: none; } .plot { width: 100%; max-width: 22rem; } td.interval::before { display: block !important; }
  dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { main { max-width: none; } details { display: block; } }
`;
