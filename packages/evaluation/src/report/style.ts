/**
 * Colours of Okabe and Ito, darkened for white and lightened for black until each has a contrast of 3:1
 * with the page. `print-color-adjust` keeps bars on paper.
 */
export const style = `
:root { color-scheme: light dark; --page: #fff; --text: #1b1b1b; --soft: #5a5a5a; --rule: #d5d5d5;
  --blue: #0072b2; --vermilion: #c44d00; --green: #00805c; --purple: #a3457f; --allow: #7fb8dc;
  --step-up: #e0a030; --deny: #b3441c; --holds: #00704f; --fails: #b00020; }
@media (prefers-color-scheme: dark) {
  :root { --page: #141414; --text: #ececec; --soft: #a8a8a8; --rule: #3a3a3a; --blue: #56b4e9;
    --vermilion: #ff8f4a; --green: #2fc79a; --purple: #e79ac4; --allow: #2f6f96; --step-up: #a8741a;
    --deny: #d0603a; --holds: #4fd6a6; --fails: #ff7b8a; } }
body { margin: 0 auto; max-width: 74rem; padding: 1.5rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
p, li { max-width: 46rem; } a { color: inherit; } nav a { margin-right: .8rem; }
.verdict { font-size: 1.15rem; border-left: .4rem solid; padding: .3rem 1rem; }
.holds { color: var(--holds); } .fails { color: var(--fails); font-weight: 700; }
.soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .2rem 0; }
th, td { padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--rule); text-align: left;
  vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; } tbody th { font-weight: 400; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1rem; }
figure { margin: .8rem 0; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--text); }
.grid { stroke: var(--rule); }
.line { fill: none; stroke-width: 2; }
.marker .stroked { fill: none; stroke-width: 1.5; }
.blue { stroke: var(--blue); } .marker.blue { fill: var(--blue); }
.vermilion { stroke: var(--vermilion); } .marker.vermilion { fill: var(--vermilion); }
.green { stroke: var(--green); } .marker.green { fill: var(--green); }
.purple { stroke: var(--purple); } .marker.purple { fill: var(--purple); }
.ink { stroke: var(--text); } .marker.ink { fill: var(--text); }
.bar { print-color-adjust: exact; } .texture { stroke: var(--text); stroke-width: .8; opacity: .65; }
.plain { fill: var(--blue); } .allow { fill: var(--allow); } .step-up { fill: var(--step-up); }
.deny { fill: var(--deny); }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; }
.legend svg { width: 40px; height: 12px; }
summary { cursor: pointer; }
`;
