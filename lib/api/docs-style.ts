// How the docs page looks.
export const docsStyle = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--ink:#0a7d55}
*{box-sizing:border-box}
body{margin:0;display:grid;grid-template-columns:15rem minmax(0,1fr);font:16px/1.55 system-ui,sans-serif}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.2rem;border-right:1px solid var(--line);font-size:.9rem}
nav h2{margin:1.2rem 0 .2rem;font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;opacity:.7}
nav a{display:block;padding:.1rem 0;color:inherit;text-decoration:none}
nav a:hover,nav a:focus{color:var(--ink);text-decoration:underline}
main{padding:1.5rem 2.5rem 6rem;max-width:60rem}
main>h2{margin-top:3rem;border-bottom:2px solid var(--ink);padding-bottom:.2rem}
section{margin:2rem 0;scroll-margin-top:1rem}
h3{margin:0;font-size:1.15rem}h4{margin:1rem 0 .3rem}
section:target h3,tr:target{background:#0a7d5522}
.route{margin:.3rem 0}.route b{display:inline-block;min-width:4.2rem;padding:.05rem .4rem;border-radius:.3rem;color:#fff;text-align:center;font-size:.8rem}
.get{background:#1667b7}.post{background:#0a7d55}.put,.patch{background:#9a5b00}.delete{background:#b3261e}
code,pre{font:.88em/1.5 ui-monospace,Menlo,Consolas,monospace}
pre{background:var(--soft);border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;overflow:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;vertical-align:top}
em{font-size:.8rem;color:#b3261e;font-style:normal}
@media(max-width:50rem){body{display:block}nav{position:static;height:auto}main{padding:1rem}}
@media(prefers-color-scheme:dark){em{color:#ff8a80}:root{--ink:#35c08d}}
`;
