"""The looks and the script of the page. Charts read the same palette as the PDF."""

from __future__ import annotations

from ..style import FAINT, INK, MUTED, RULE, STRATEGY

STYLE = f"""
:root{{color-scheme:light;--ink:{INK};--soft:{MUTED};--rule:{RULE};--faint:{FAINT};--accent:{STRATEGY}}}
*{{box-sizing:border-box}}
body{{margin:0;background:#fff;color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}}
main{{max-width:64rem;margin:0 auto;padding:2rem 1.5rem 3rem}}
h1{{font-size:1.75rem;line-height:1.2;margin:.1rem 0 .6rem;overflow-wrap:anywhere}}
h2{{font-size:1.15rem;color:var(--accent);margin:2.4rem 0 .5rem}}
p{{margin:.4rem 0}}
.kicker,figcaption,.note,footer{{color:var(--soft);font-size:.85rem}}
.verdict{{font-size:1.05rem;max-width:52rem;overflow-wrap:anywhere}}
nav{{display:flex;flex-wrap:wrap;gap:.15rem .9rem;margin:1rem 0 .2rem;font-size:.9rem}}
a{{color:var(--accent)}}
a:focus-visible,summary:focus-visible,.wide:focus-visible{{outline:2px solid var(--accent);outline-offset:2px}}
.skip{{position:absolute;left:-99rem}}
.skip:focus{{left:1rem;top:.5rem;background:#fff;padding:.3rem}}
figure{{margin:1rem 0 .6rem}}
.title{{font-weight:600;font-size:.95rem;margin:0 0 .1rem}}
.chart{{height:20rem}}
.chart.tall{{height:27rem}}
.pair{{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:0 1.5rem}}
.pair>*{{min-width:0}}
.wide{{overflow-x:auto;margin:.6rem 0}}
table{{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}}
caption{{text-align:left;color:var(--soft);font-size:.82rem;padding-bottom:.2rem}}
th,td{{text-align:right;padding:.22rem .5rem;border-bottom:1px solid var(--faint);white-space:nowrap}}
th:first-child{{text-align:left;padding-left:0;font-weight:400}}
thead th{{color:var(--soft);font-weight:500;border-bottom-color:var(--rule)}}
th.long{{white-space:normal;overflow-wrap:anywhere;min-width:7rem;vertical-align:bottom}}
td:nth-child(2){{font-weight:600}}
dl{{display:grid;grid-template-columns:minmax(6rem,1fr) 3fr;gap:.3rem 1rem;font-size:.88rem;overflow-wrap:anywhere}}
dt{{color:var(--soft)}}
dd{{margin:0}}
th.words,td.words{{text-align:left;white-space:normal;color:var(--soft);padding-left:1.2rem;font-weight:400}}
.months table{{font-size:.8rem}}
.months th,.months td{{padding:.12rem .4rem}}
.months td:nth-child(2){{font-weight:400}}
.months td.year{{font-weight:600}}
summary{{cursor:pointer;color:var(--accent);font-size:.9rem;margin:.3rem 0}}
footer{{margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:.6rem;overflow-wrap:anywhere}}
@media (max-width:40rem){{main{{padding:1.1rem .9rem 2rem}}h1{{font-size:1.35rem}}.chart{{height:16rem}}
.chart.tall{{height:21rem}}th.words,td.words{{display:none}}th,td{{padding:.22rem .35rem}}
.months th,.months td{{padding:.12rem .28rem}}th:first-child{{white-space:normal}}
.months th:first-child{{white-space:nowrap;position:sticky;left:0;background:#fff}}}}
@media print{{nav,.skip{{display:none}}section{{break-inside:avoid}}main{{max-width:none;padding:0}}}}
"""

# Data stand in a block of JSON; the x of a trace that several charts share is named "@name" there.
SCRIPT = """
const page=JSON.parse(document.getElementById('report').textContent);
const narrow=matchMedia('(max-width:40rem)').matches;
for(const [name,chart] of Object.entries(page.charts)){const place=document.getElementById(name);
for(const one of chart.data)if(typeof one.x==='string')one.x=page.series[one.x.slice(1)];
const layout=chart.layout;
if(narrow){layout.font.size=11;layout.margin.l=Math.min(layout.margin.l,52);layout.margin.r=8;}
if(matchMedia('(prefers-reduced-motion:reduce)').matches)layout.transition={duration:0};
Plotly.newPlot(place,chart.data,layout,{responsive:true,displaylogo:false,displayModeBar:narrow?false:'hover',
modeBarButtons:[['zoom2d','pan2d','resetScale2d']]});}
"""
