// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/pages/page_html.h"

namespace bellrock::rpc {

// clang-format off
const std::string_view kPageHtml = R"html(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Bellrock server</title>
<style>
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2430;--dim:#66707f;--line:#e3e7ee;--head:#f6f8fb;--accent:#1767c9;--bad:#c22f2f;--bar:#cfe0f7}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--fg:#e4e9f0;--dim:#93a0b3;--line:#29313d;--head:#1a2029;--accent:#6aa9ff;--bad:#ff7b72;--bar:#24405f}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:14px/1.45 system-ui,sans-serif}
header{display:flex;flex-wrap:wrap;gap:4px 20px;align-items:baseline;padding:12px 20px;background:var(--head);border-bottom:1px solid var(--line)}
header h1{font-size:17px;margin:0}header .dim{font-size:13px}
nav{display:flex;flex-wrap:wrap;gap:2px;padding:8px 14px 0;border-bottom:1px solid var(--line)}
nav a{padding:6px 12px;color:var(--dim);text-decoration:none;border-bottom:2px solid transparent}
nav a.on{color:var(--accent);border-color:var(--accent)}
main{padding:16px 20px;overflow-x:auto}h2{font-size:15px;margin:18px 0 8px}h2:first-child{margin-top:0}
table{border-collapse:collapse;min-width:60%}th,td{padding:4px 12px;text-align:left;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
th{color:var(--dim);font-weight:500;background:var(--head);position:sticky;top:0}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.wrap{white-space:normal;min-width:260px;max-width:640px;overflow-wrap:anywhere}
.dim{color:var(--dim)}.bad{color:var(--bad)}.mono{font-family:ui-monospace,monospace;font-size:12.5px}
.cards{display:flex;flex-wrap:wrap;gap:10px;margin-bottom:14px}.card{border:1px solid var(--line);border-radius:6px;padding:8px 14px;min-width:120px}
.card b{display:block;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}
button,select{font:inherit;padding:4px 12px;border:1px solid var(--line);border-radius:5px;background:var(--head);color:var(--fg)}
#flame div{position:absolute;height:17px;font:11.5px/16px ui-monospace,monospace;overflow:hidden;white-space:nowrap;padding:0 3px;border:1px solid var(--bg);background:var(--bar);border-radius:2px;cursor:pointer}
#flame{position:relative;margin-top:12px}pre{font-size:12.5px;overflow:auto}
</style></head><body>
<header><h1 id="name">Bellrock</h1><span class="dim" id="sub"></span><span class="bad" id="lost"></span></header>
<nav id="nav"></nav><main id="main"></main>
<script>
'use strict';
const $=id=>document.getElementById(id);
const esc=t=>String(t).replace(/[&<>"]/g,c=>({'&':'&amp;','<':'&lt;','>':'&gt;','"':'&quot;'}[c]));
const num=(v,d=0)=>Number(v).toLocaleString('en',{maximumFractionDigits:d});
const us=v=>v>=1e6?num(v/1e6,2)+' s':v>=1e3?num(v/1e3,2)+' ms':num(v)+' us';
const secs=v=>v>=86400?num(v/86400,1)+' d':v>=3600?num(v/3600,1)+' h':v>=60?num(v/60,1)+' min':num(v,1)+' s';
const bytes=v=>v>=1<<30?num(v/(1<<30),2)+' GiB':v>=1<<20?num(v/(1<<20),1)+' MiB':v>=1024?num(v/1024,1)+' KiB':num(v)+' B';
// columns: [title, row => cell, kind]; kind n = number to the right, w = wraps, h = made of markup
function table(rows,columns,empty){
  if(!rows.length)return '<p class="dim">'+esc(empty)+'</p>';
  const cls=k=>k==='n'?' class="n"':k==='w'?' class="wrap"':'';
  return '<table><tr>'+columns.map(c=>'<th'+cls(c[2])+'>'+esc(c[0])+'</th>').join('')+'</tr>'+
    rows.map(r=>'<tr>'+columns.map(c=>'<td'+cls(c[2])+'>'+(c[2]==='h'?c[1](r):esc(c[1](r)))+'</td>').join('')+'</tr>').join('')+'</table>';
}
const card=(title,value,bad)=>'<div class="card"><span class="dim">'+esc(title)+'</span><b'+(bad?' class="bad"':'')+'>'+esc(value)+'</b></div>';
async function get(path){const r=await fetch(path);const j=await r.json();if(!r.ok)throw new Error(j.message);return j}
const codes=m=>Object.entries(m.codes).filter(c=>c[0]!=='OK').map(c=>'<span class="bad">'+esc(c[0])+' '+num(c[1])+'</span>').join(', ')||'<span class="dim">none</span>';
const entry=[['ago',r=>secs(r.ago_s),'n'],['method',r=>r.method],['took',r=>us(r.latency_us),'n'],
  ['code',r=>r.code==='OK'?'OK':'<span class="bad">'+esc(r.code)+'</span>','h'],['caller',r=>r.caller||'-'],['peer',r=>r.peer],['error',r=>r.error,'w'],
  ['trace',r=>'<span class="mono">'+esc(r.trace)+'</span>','h']];
const views={
  async status(){const s=await get('status.json');
    return '<div class="cards">'+card('up',secs(s.uptime_s))+card('connections',num(s.connections))+card('calls',num(s.calls))+
      card('failed',num(s.failed),s.failed>0)+card('in flight',num(s.in_flight))+card('memory',bytes(s.rss_bytes))+card('CPU time',secs(s.cpu_s))+
      card('loops',num(s.loops))+card('threads',num(s.threads))+card('open files',num(s.open_files))+'</div>'+
      '<h2>Connections this server has closed</h2>'+table(Object.entries(s.refused_connections),[['reason',r=>r[0]],['count',r=>num(r[1]),'n']],'')+
      (s.allocator?'<h2>Allocator</h2><pre>'+esc(s.allocator)+'</pre>':'')},
  async methods(){const m=await get('methods.json');
    return '<p class="dim">Latencies are exact, of the last 10 to '+num(m.window_s)+' seconds; counts since the start.</p>'+
    table(m.methods,[['method',r=>r.method],['kind',r=>r.kind],['calls',r=>num(r.calls),'n'],['calls/s',r=>num(r.calls_per_s,1),'n'],
      ['p50',r=>r.recent_calls?us(r.p50_us):'','n'],['p90',r=>r.recent_calls?us(r.p90_us):'','n'],['p99',r=>r.recent_calls?us(r.p99_us):'','n'],
      ['p999',r=>r.recent_calls?us(r.p999_us):'','n'],['max',r=>r.recent_calls?us(r.max_us):'','n'],['failed',codes,'h']],'No service was added.')},
  async calls(){const c=await get('calls.json');
    return '<h2>Under way ('+num(c.under_way_count)+')</h2>'+table(c.under_way,[['method',r=>r.method],['for',r=>secs(r.age_s),'n'],
      ['time left',r=>r.left_s===undefined?'no deadline':secs(r.left_s),'n'],['caller',r=>r.caller||'-'],['peer',r=>r.peer],['trace',r=>r.trace]],'None at this moment.')+
      '<h2>Failed, newest first</h2>'+table(c.failed,entry,'None since the start.')+
      '<h2>Slowest of the last minute</h2>'+table(c.slow,entry,'No call in the last minute.')},
  async connections(){const c=await get('connections.json');
    return '<p class="dim">'+num(c.count)+' open, at most 1000 shown.</p>'+table(c.connections,[['peer',r=>r.peer],['identity',r=>r.identity||'-'],['protocol',r=>r.protocol||'not said yet'],
      ['loop',r=>r.loop,'n'],['age',r=>secs(r.age_s),'n'],['silent',r=>secs(r.silent_s),'n'],['in flight',r=>num(r.in_flight),'n'],
      ['in',r=>bytes(r.bytes_in),'n'],['out',r=>bytes(r.bytes_out),'n'],['queued',r=>bytes(r.queued_bytes),'n']],'None.')},
  async fibers(){const f=await get('fibers.json');
    return table(f.loops.map((l,i)=>({...l,i})),[['loop',r=>r.i,'n'],['live fibers',r=>num(r.live_fibers),'n'],['switches',r=>num(r.switches),'n'],
      ['handed over',r=>r.handoffs===undefined?'':num(r.handoffs),'n']],'')+
      (f.fibers?'<h2>Fibers</h2>'+table(f.fibers,[['loop',r=>r.loop,'n'],['state',r=>r.state],['for',r=>secs(r.age_s),'n'],
        ['stack',r=>'<span class="mono">'+r.stack.map(esc).join('<br>')+'</span>','h']],'None.'):'')},
  async flags(){const f=await get('flags.json');
    return table(f.flags,[['flag',r=>r.name],['value',r=>r.value,'n'],['what',r=>r.what]],'')},
  async profile(){return '<p><button id="cpu">CPU, 5 seconds</button> <button id="heap">Heap, 5 seconds</button> <span class="dim" id="state">'+
    'For tools: profile/cpu?seconds=5&amp;format=folded</span></p><div id="flame"></div>'}
};
// A flame graph, root on top; a click zooms into a frame, a click on the root zooms out.
function flame(profile,key){
  const root={n:'all',v:0,c:new Map()};
  for(const s of profile.stacks){const v=s[key];root.v+=v;let at=root;
    for(const f of s.frames){let next=at.c.get(f);if(!next)at.c.set(f,next={n:f,v:0,c:new Map()});next.v+=v;at=next}}
  const box=$('flame'),show=key==='bytes'?bytes:num;let depth=0;
  function draw(top){box.innerHTML='';depth=0;const put=(node,x,w,d)=>{
    if(w<0.15)return;depth=Math.max(depth,d);const el=document.createElement('div');
    el.style.cssText='left:'+x+'%;width:'+w+'%;top:'+d*18+'px';el.textContent=node.n;
    el.title=node.n+'\n'+show(node.v)+' ('+num(100*node.v/root.v,1)+' %)';el.onclick=()=>draw(node===top?root:node);box.appendChild(el);
    let at=x;for(const c of [...node.c.values()].sort((a,b)=>b.v-a.v)){const cw=w*c.v/node.v;put(c,at,cw,d+1);at+=cw}};
    put(top,0,100,0);box.style.height=(depth+1)*18+'px'}
  if(root.v)draw(root);else box.textContent='Nothing was seen: the process was idle.';
}
async function take(kind){
  $('state').textContent='Taking it, 5 seconds ...';
  try{const p=await get('profile/'+kind+'?seconds=5');flame(p,kind==='cpu'?'samples':'bytes');
    $('state').textContent=kind==='cpu'?num(p.samples)+' samples at '+p.hertz+' Hz of CPU time':'allocated in these 5 seconds and not freed, by who asked for it'}
  catch(e){$('state').textContent=e.message}
}
let view='';
async function refresh(){
  const wanted=(location.hash.slice(1) in views)?location.hash.slice(1):'status';
  if(view==='profile'&&wanted==='profile')return;
  try{
    const head=await get('status.json');const html=await views[wanted]();view=wanted;
    $('name').textContent=head.name||'Bellrock server';document.title=head.name||'Bellrock server';$('sub').textContent=(head.instance?head.instance+' ':'')+location.host;
    $('lost').textContent='';$('main').innerHTML=html;
    if(wanted==='profile'){$('cpu').onclick=()=>take('cpu');$('heap').onclick=()=>take('heap')}
  }catch(e){$('lost').textContent=e.message}
  $('nav').innerHTML=Object.keys(views).map(v=>'<a href="#'+v+'"'+(v===wanted?' class="on"':'')+'>'+v+'</a>').join('')+'<a href="api">API</a>';
}
addEventListener('hashchange',refresh);refresh();setInterval(refresh,2000);
</script></body></html>
)html";
// clang-format on

}  // namespace bellrock::rpc
