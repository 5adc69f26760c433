/** The style sheet of the HTML report. Colours come in pairs for light and dark; `data-theme` overrides the system. */
export const STYLE = `
:root { color-scheme: light dark; --row: 30px;
  --bg: light-dark(#ffffff, #14171c); --panel: light-dark(#f6f7f9, #1c2027); --text: light-dark(#1b1f24, #e4e7eb);
  --dim: light-dark(#59636e, #9aa4b0); --line: light-dark(#d9dee4, #323842); --accent: light-dark(#0b5cad, #6cb2ff);
  --yes: light-dark(#116329, #57d077); --no: light-dark(#b3151f, #ff7b80); --part: light-dark(#7d4e00, #e6b455);
  --yes-bg: light-dark(#dff5e5, #12311c); --no-bg: light-dark(#fde4e5, #3d1a1d); --part-bg: light-dark(#fdf0d3, #3a2d10); }
:root[data-theme=light] { color-scheme: light; }
:root[data-theme=dark] { color-scheme: dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1600px; padding: 1.5rem 2rem 3rem; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.35rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; } h3 { font-size: 1rem; margin: 1.6rem 0 .2rem; } p { margin: .4rem 0; } summary { cursor: pointer; color: var(--dim); padding: .5rem .6rem; }
code, pre, .mono { font-family: ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', monospace; font-size: .92em; }
header { display: flex; gap: 1rem; align-items: flex-start; justify-content: space-between; }
button, input, select { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line);
  border-radius: 6px; padding: .3rem .6rem; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.dim { color: var(--dim); } .yes { color: var(--yes); } .no { color: var(--no); } .part { color: var(--part); }
.verdict { margin: 1rem 0; padding: .8rem 1rem; border-radius: 8px; border-left: 5px solid; background: var(--panel); }
.verdict.pass { border-color: var(--yes); background: var(--yes-bg); }
.verdict.warn { border-color: var(--part); background: var(--part-bg); }
.verdict.fail { border-color: var(--no); background: var(--no-bg); }
.verdict p { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--dim); font-size: .85em; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td { overflow-wrap: anywhere; }
.stages td:first-child, .stages td:nth-child(2), .num { white-space: nowrap; overflow-wrap: normal; }
.num { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: block; width: 220px; height: 14px; margin-top: .25rem; } .bar rect { fill: var(--accent); }
.bar.fail rect { fill: var(--no); } .bar.warn rect { fill: var(--part); }
.finding { margin: .35rem 0 .2rem; } .finding .fix { display: block; }
.scroll { overflow: auto; max-height: 26rem; border: 1px solid var(--line); border-radius: 8px; }
.matrix th { position: sticky; top: 0; background: var(--panel); z-index: 1; white-space: nowrap; }
.matrix th[scope=row] { left: 0; z-index: 0; color: var(--text); white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
.matrix td { padding: 0; text-align: center; vertical-align: middle; white-space: nowrap; }
.matrix button { border: 0; border-radius: 0; width: 100%; padding: .3rem .5rem; background: none; font-size: .9em; white-space: nowrap; }
.matrix td.all { background: var(--yes-bg); color: var(--yes); } .matrix td.none { background: var(--no-bg); color: var(--no); }
.matrix td.some { background: var(--part-bg); color: var(--part); } .matrix td.na { color: var(--dim); }
.filters { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: .8rem 0 .6rem; }
.filters input[type=search] { flex: 1 1 16rem; } .filters select { max-width: 18rem; } .filters label { display: flex; gap: .35rem; align-items: center; }
.grid { border: 1px solid var(--line); border-radius: 8px; overflow: auto; max-height: min(60vh, 40rem); position: relative; }
.head, .row { display: grid; grid-template-columns: minmax(24rem, 1fr) 8rem repeat(11, 3.9rem); min-width: 75rem; font-size: .9em; }
.head { position: sticky; top: 0; z-index: 2; background: var(--panel); border-bottom: 1px solid var(--line); font-size: .7em; font-weight: 600; }
.head span, .row span { padding: 0 .5rem; line-height: var(--row); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.head span { white-space: normal; line-height: 1.25; padding-block: .35rem; }
.head span:nth-child(n+3), .row span:nth-child(n+3) { text-align: center; padding-inline: .1rem; }
.rows { position: relative; min-width: 75rem; } .row { position: absolute; left: 0; right: 0; height: var(--row); border-bottom: 1px solid var(--line); cursor: pointer; }
.row:hover { background: var(--panel); } .row.current { background: var(--panel); box-shadow: inset 3px 0 var(--accent); }
.row.lacks > :first-child { color: var(--no); font-weight: 600; }
.details { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin-top: .8rem; background: var(--panel); overflow-wrap: anywhere; }
.details h3 { margin: 0 0 .4rem; font-size: 1rem; } .details ul { margin: .3rem 0; padding-left: 1.2rem; }
.sql { position: relative; } .sql button { position: absolute; top: .5rem; right: .5rem; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; overflow: auto; margin: .5rem 0; max-height: 26rem; }
footer { margin-top: 2.5rem; color: var(--dim); font-size: .9em; }
@media print { .filters, header button, .sql button { display: none; } .grid, .scroll, pre { height: auto; max-height: none; overflow: visible; } }
`;
