// The charts of a run's page: the data that they need, and the script that draws them in the browser with uPlot.
import type { RunReport } from './report';

/** Lines in one chart that can still be told apart. */
const latencyLinesAtMost = 6;

export interface ChartData {
  series: RunReport['series'];
  /** p50, p95, p99 and maximum of the actions that were called most, ms. */
  latencies: { name: string; ms: number[] }[];
}

export function chartData({ series, actions }: RunReport): ChartData {
  const answered = actions.filter(({ latencyMs }) => latencyMs.count > 0).slice(0, latencyLinesAtMost);
  const latencies = answered.map(({ action, from, latencyMs: { p50, p95, p99, max } }) => ({
    name: from === 'csms' ? `${action} (of the CSMS)` : action,
    ms: [p50, p95, p99, max],
  }));
  return { series, latencies };
}

export const chartPlaces = '<h2>Course</h2><div id="counts"></div><div id="rates"></div><div id="latencies"></div>';

export const drawCharts = `const {series,latencies}=JSON.parse(document.getElementById('data').textContent);
const colours=['#0969da','#1a7f37','#8250df','#cf222e','#bf8700','#57606a'];
const chart=(id,title,x,lines,more)=>new uPlot({title,width:Math.min(1000,innerWidth-64),height:260,...more,
series:[{...more?.x},...lines.map(([label],n)=>({label,stroke:colours[n],width:2}))]},[x,...lines.map(([,values])=>values)],document.getElementById(id));
const at=series.map(s=>Date.parse(s.at)/1000);
const of=key=>series.map(s=>s[key]);
if(series.length>1){chart('counts','Chargers',at,[['connected',of('connected')],['in a transaction',of('charging')]]);
chart('rates','Per second',at,[['calls',of('callsPerSecond')],['errors',of('errorsPerSecond')],['violations',of('violationsPerSecond')]]);}
else document.getElementById('counts').textContent='Too short to draw.';
const percentiles=['p50','p95','p99','max'];
if(latencies.length>0)chart('latencies','Time to the answer, ms',[0,1,2,3],latencies.map(l=>[l.name,l.ms]),
{scales:{x:{time:false}},axes:[{splits:()=>[0,1,2,3],values:()=>percentiles},{}],x:{label:'percentile',value:(u,v)=>percentiles[v]??''}});`;
