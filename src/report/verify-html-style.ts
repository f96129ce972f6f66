/** The style sheet of the HTML report: one column, light or dark as the reader has it, fit to be printed. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1b1f24; --quiet: #57606a; --ground: #ffffff; --raised: #f6f8fa; --line: #d0d7de; --link: #0550ae;
  --pass: #116329; --fail: #a40e26; --warn: #7d4e00; --inconclusive: #6639ba; --skip: #57606a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --quiet: #9aa4af; --ground: #0d1117; --raised: #161b22; --line: #3d444d; --link: #79c0ff;
    --pass: #56d364; --fail: #ff8b82; --warn: #e3b341; --inconclusive: #d2a8ff; --skip: #9aa4af;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.25; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h1 code { font-size: 1.4rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
h2 small { float: right; font-weight: normal; font-size: .95rem; color: var(--quiet); }
a { color: var(--link); }
p { margin: .4rem 0; }
.quiet { color: var(--quiet); }
code, pre { font-family: ui-monospace, SFMono-Regular, Consolas, monospace; font-size: .85rem; }
pre { margin: .4rem 0; padding: .6rem .8rem; background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre.command { user-select: all; }
.conclusion { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.5rem; margin: 1.25rem 0; padding: .9rem 1.1rem;
  background: var(--raised); border: 1px solid var(--line); border-left: .4rem solid var(--tone); border-radius: 6px; }
.conclusion strong { font-size: 1.2rem; color: var(--tone); }
.conclusion p { margin: 0; }
.pass { --tone: var(--pass); } .fail { --tone: var(--fail); } .warn { --tone: var(--warn); }
.inconclusive { --tone: var(--inconclusive); } .skip { --tone: var(--skip); }
.verdict { color: var(--tone); font-weight: 600; white-space: nowrap; }
ul.attention { list-style: none; margin: 1rem 0; padding: 0; }
ul.attention li { margin: .3rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
.comparison td { overflow-wrap: anywhere; min-width: 7rem; }
thead th { font-size: .85rem; color: var(--quiet); }
tbody th { font-weight: normal; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
meter { width: 8rem; }
article { margin: .9rem 0; padding: .8rem 1rem; border: 1px solid var(--line); border-left: .3rem solid var(--tone); border-radius: 6px; }
article h3 { display: flex; flex-wrap: wrap; gap: 0 .7rem; }
article h3 code { font-size: .95rem; }
article h3 .quiet { font-weight: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem; margin: .4rem 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
details { margin-top: .4rem; }
summary { cursor: pointer; color: var(--quiet); }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } h2 small { float: none; display: block; } .share { display: none; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  pre, tr, .conclusion { break-inside: avoid; }
  h2, h3, summary { break-after: avoid; }
  /* On paper nothing can be opened any more: what the reader left closed is left out. */
  details:not([open]) { display: none; }
}
`;
