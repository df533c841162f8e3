"""How the page looks: one column, light and dark by the reader's own setting, readable on a phone."""

from __future__ import annotations

from .picture import NEGATIVE, POSITIVE

_POSITIVE, _NEGATIVE = (f"rgb({','.join(map(str, one))})" for one in (POSITIVE, NEGATIVE))

STYLE = f"""
:root{{color-scheme:light dark;--ink:#1a1d21;--soft:#5b6470;--page:#f6f7f9;--card:#fff;--line:#dfe3e8;
--error:#b3261e;--warning:#8a5a00;--info:#1d5fa8;--clean:#1b7340;--empty:#eceff3;
--accent:#1d5fa8;--faint:#aab4c0;--up:#1f6fb8;--down:#c2560c;--second:#a3309a;--third:#2b7d5b}}
@media (prefers-color-scheme:dark){{:root{{--ink:#e7eaee;--soft:#a2abb7;--page:#14171b;--card:#1d2126;
--line:#343a42;--error:#ff8a80;--warning:#f2bd5b;--info:#85b8f5;--clean:#74d39a;--empty:#2a3037;
--accent:#85b8f5;--faint:#606b78;--up:#7db4f0;--down:#f29a5b;--second:#e39adb;--third:#7fd1ac}}}}
*{{box-sizing:border-box}}
html{{scroll-padding-top:1rem}}
body{{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}}
main{{max-width:72rem;margin:0 auto;padding:2rem 1.25rem 3rem}}
h1{{font-size:1.5rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}}
h2{{font-size:1.15rem;margin:2.4rem 0 .4rem}}
h3{{font-size:.95rem;margin:1.2rem 0 .4rem}}
code{{font:.85em ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}}
a{{color:inherit;text-decoration-color:var(--faint);text-underline-offset:.15em}}
a:hover{{color:var(--accent)}}
.kicker{{margin:0;color:var(--soft);font-size:.85rem}}
.verdict{{font-weight:600;margin:0 0 1rem}}
.said{{margin:.2rem 0 .7rem;max-width:48rem;overflow-wrap:anywhere}}
.soft,small{{color:var(--soft);font-size:.82rem}}
nav ul{{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;padding:0;margin:1rem 0 0;
font-size:.88rem}}
.facts{{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.6rem;margin:0}}
.facts div,.card,.findings li{{background:var(--card);border:1px solid var(--line);border-radius:.5rem}}
.facts div{{padding:.55rem .8rem}}
dt{{color:var(--soft);font-size:.8rem}}
dd{{margin:0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}}
.findings{{list-style:none;margin:1rem 0 0;padding:0;display:grid;gap:.5rem}}
.findings li{{border-left:4px solid var(--tone);padding:.55rem .9rem;overflow-wrap:anywhere}}
.findings code{{margin-right:.35em}}
.findings code,.cluster p code,.plain code{{display:inline-block;max-width:100%}}
.badge{{color:var(--tone);font-weight:600;margin-right:.4rem}}
.error{{--tone:var(--error)}}.warning{{--tone:var(--warning)}}.info{{--tone:var(--info)}}
.clean{{--tone:var(--clean)}}
.tone{{color:var(--tone)}}
.card{{padding:.8rem 1rem;margin:.6rem 0}}
details{{margin:.5rem 0}}
summary{{cursor:pointer;padding:.3rem 0;font-weight:500}}
summary small{{font-weight:400}}
.findings details{{margin:0}}.findings summary{{padding:0;font-weight:400}}
.wide{{overflow-x:auto;border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;
background:linear-gradient(270deg,var(--card) 35%,transparent) 100% 0/3rem 100% local no-repeat,
linear-gradient(270deg,var(--faint),transparent) 100% 0/1.2rem 100% scroll no-repeat,var(--card)}}
table{{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;width:100%}}
caption{{text-align:left;color:var(--soft);font-size:.82rem;padding:.5rem .7rem 0}}
th,td{{text-align:left;padding:.28rem .7rem;border-bottom:1px solid var(--line);vertical-align:middle}}
tbody tr:last-child>*{{border-bottom:0}}
thead th{{color:var(--soft);font-weight:500;white-space:nowrap;vertical-align:bottom}}
tbody th{{font-weight:500;min-width:9.5rem;max-width:22rem;position:sticky;left:0;background:var(--card)}}
tbody th code{{overflow-wrap:break-word}}
tbody th small{{display:block;font-weight:400;line-height:1.35;overflow-wrap:anywhere}}
tr:target>*{{background:var(--empty)}}
.number{{text-align:right;white-space:nowrap}}
.bar{{min-width:8rem;width:26%}}
.mini{{width:9.5rem;min-width:7rem}}
.bar svg{{width:100%;height:1rem;display:block}}
.mini svg{{width:100%;height:2.1rem;display:block}}
svg path,svg rect{{vector-effect:non-scaling-stroke}}
svg path{{fill:none;stroke:var(--accent);stroke-width:1.4;stroke-linejoin:round}}
svg .columns{{fill:var(--accent);stroke:none;opacity:.75}}
svg .noise-column{{fill:var(--faint);stroke:none}}
svg .tick{{stroke:var(--ink);stroke-width:1.5}}
svg .grid{{stroke:var(--line);stroke-width:1}}
svg .level{{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 4}}
svg .band{{fill:var(--accent);stroke:none;opacity:.13}}
svg .edge{{stroke:var(--accent);stroke-width:1;opacity:.55}}
svg .shade{{fill:var(--ink);stroke:none;opacity:.07}}
svg .wick{{stroke:var(--soft);stroke-width:1}}
svg .up{{fill:var(--card);stroke:var(--up);stroke-width:1}}
svg .down{{fill:var(--down);stroke:var(--down);stroke-width:1}}
svg .close{{stroke:var(--ink);stroke-width:1.2}}
svg .line1{{stroke:var(--second);stroke-width:1.4}}
svg .line2{{stroke:var(--third);stroke-width:1.4}}
svg .line3{{stroke:var(--soft);stroke-width:1.4}}
.plot,.x{{--gutter:4.4rem}}
.plot{{position:relative;padding-right:var(--gutter);margin:.35rem 0 0}}
.plot svg{{display:block;width:100%;height:100%;overflow:hidden;border-bottom:1px solid var(--line)}}
.high{{height:20rem}}.middle{{height:11rem}}.low{{height:6rem}}
.plot .y{{position:absolute;right:0;width:calc(var(--gutter) - .3rem);transform:translateY(-50%);
color:var(--soft);font-size:.75rem;
font-variant-numeric:tabular-nums;white-space:nowrap}}
.name{{margin:.5rem 0 0;line-height:1.2;font-size:.85rem;color:var(--soft)}}
.x{{position:relative;height:1.3rem;margin-right:var(--gutter);color:var(--soft);font-size:.75rem}}
.x span{{position:absolute;transform:translateX(-50%);white-space:nowrap}}
.legend{{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:.2rem 0;padding:0;
font-size:.82rem}}
.legend li::before{{content:"";display:inline-block;width:1.1em;height:.2em;margin-right:.4em;
vertical-align:middle;
background:var(--key)}}
.legend .block::before{{height:.75em;opacity:.3}}
figure{{margin:.6rem 0}}
figcaption{{color:var(--soft);font-size:.85rem;margin-top:.4rem}}
.pair{{display:grid;grid-template-columns:minmax(0,32rem) minmax(0,1fr);gap:1.2rem;align-items:start}}
.pair svg{{width:100%;height:auto;display:block;background:var(--card);border:1px solid var(--line)}}
.pair image{{image-rendering:pixelated}}
.pair rect{{fill:none;stroke:var(--ink);stroke-width:1.5}}
.scale{{display:flex;align-items:center;gap:.5rem;font-size:.78rem;color:var(--soft);margin-top:.4rem}}
.scale i{{flex:1;height:.7rem;border:1px solid var(--line);
background:linear-gradient(90deg,{_NEGATIVE},transparent,{_POSITIVE}),var(--card)}}
.cluster{{border-bottom:1px solid var(--line)}}.cluster details{{margin:.1rem 0}}
.cluster p{{margin:0 0 .3rem 1.1rem;line-height:1.7}}
.cluster p code,.plain code{{margin-right:.6em}}
.plain{{line-height:1.9}}
.drift1{{background:color-mix(in srgb,var(--warning) 18%,transparent)}}
.drift2{{background:color-mix(in srgb,var(--error) 26%,transparent)}}
footer{{color:var(--soft);font-size:.82rem;margin-top:2.5rem;overflow-wrap:anywhere}}
@media (max-width:48rem){{.pair{{grid-template-columns:1fr}}}}
@media (max-width:36rem){{main{{padding:1.2rem .8rem 2rem}}th,td{{padding:.28rem .4rem}}.mini{{width:7rem}}
caption:has(~thead th:nth-child(5))::after{{content:" (scrolls \\2192)";white-space:nowrap}}
tbody th{{min-width:7rem;max-width:9.5rem}}
tbody th small{{display:none}}.high{{height:15rem}}.card{{padding:.7rem}}
.x span:nth-child(even){{display:none}}
.plot,.x{{--gutter:2.8rem}}}}
@media print{{.wide{{overflow:visible}}details:not([open])>*{{display:none}}}}
"""
