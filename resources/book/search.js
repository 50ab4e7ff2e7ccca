// The book's search: loads its words from the folder when somebody first looks, and goes through all of them.
// Accents and case do not matter, parts of words count, "words in quotes" belong together. Nothing leaves this page.
"use strict";
(() => {
  const place = document.querySelector("search, .search");
  const say = place.dataset;
  const field = document.getElementById("q");
  const status = document.getElementById("found");
  const list = document.getElementById("hits");
  const more = document.getElementById("more");
  const PAGE = 50;
  const AROUND = 90;
  const rows = [];
  let loading = null;
  let hits = [];
  let wanted = [];
  let shown = 0;
  let asked = 0;

  window.portavoce = { take: (some) => { for (const one of some) rows.push(one); } };

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const piece = (number) => new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = `${say.inner}/words-${number}.js`;
    script.onload = () => { script.remove(); done(); };
    script.onerror = () => fail(new Error(script.src.split("/").pop()));
    document.head.append(script);
  });

  const load = async () => {
    for (let number = 1; number <= Number(say.pieces); number += 1) await piece(number);
    for (const row of rows) row.push(fold(`${row[1]}\n${row[3]}\n${row[4]}`));
  };

  const terms = (typed) => Array.from(typed.matchAll(/"([^"]+)"|(\S+)/g), (found) => fold(found[1] || found[2]).trim()).filter(Boolean);

  const look = async () => {
    const mine = (asked += 1);
    wanted = terms(field.value);
    list.replaceChildren();
    more.hidden = true;
    history.replaceState(null, "", wanted.length ? `#q=${encodeURIComponent(field.value)}` : "#");
    if (!wanted.length) { status.textContent = ""; return; }
    status.textContent = say.searching;
    try {
      loading = loading || load();
      await loading;
    } catch (problem) {
      loading = null;
      rows.length = 0;
      status.textContent = say.lost.replace("{name}", problem.message);
      return;
    }
    if (mine !== asked) return;
    hits = rows.filter((row) => wanted.every((term) => row[5].includes(term)));
    shown = 0;
    status.textContent = hits.length === 0 ? say.none : hits.length === 1 ? say.one : say.many.replace("{count}", hits.length.toLocaleString(document.documentElement.lang));
    show();
  };

  const show = () => {
    const next = hits.slice(shown, shown + PAGE);
    list.append(...next.map(line));
    shown += next.length;
    more.hidden = shown >= hits.length;
  };

  const line = ([href, who, day, title, words]) => {
    const link = document.createElement("a");
    link.href = `${say.inner}/${href}`;
    const head = document.createElement("small");
    head.append(...marked(`${who} · ${day} · `), ...marked(title));
    const text = document.createElement("p");
    text.append(...marked(around(words)));
    link.append(head, text);
    const item = document.createElement("li");
    item.append(link);
    return item;
  };

  // Each sign of the text is folded by itself, so that a place in the folded text is known in the text.
  const folded = (text) => {
    const from = [];
    let whole = "";
    let at = 0;
    for (const sign of text) {
      const one = fold(sign);
      for (let i = 0; i < one.length; i += 1) from.push(at);
      whole += one;
      at += sign.length;
    }
    from.push(at);
    return { whole, from };
  };

  const around = (text) => {
    const { whole, from } = folded(text.slice(0, 20000));
    const first = Math.min(...wanted.map((term) => whole.indexOf(term)).filter((at) => at >= 0));
    const start = Number.isFinite(first) ? Math.max(0, from[first] - AROUND) : 0;
    const cut = text.slice(start, start + 3 * AROUND);
    return `${start > 0 ? "…" : ""}${cut}${start + cut.length < text.length ? "…" : ""}`;
  };

  const marked = (text) => {
    const { whole, from } = folded(text);
    const spans = [];
    for (const term of wanted) {
      for (let at = whole.indexOf(term); at >= 0; at = whole.indexOf(term, at + term.length)) {
        spans.push([from[at], from[at + term.length]]);
      }
    }
    spans.sort((a, b) => a[0] - b[0]);
    const parts = [];
    let done = 0;
    for (const [start, end] of spans) {
      if (start < done) continue;
      parts.push(text.slice(done, start));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end);
      parts.push(mark);
      done = end;
    }
    parts.push(text.slice(done));
    return parts;
  };

  let soon = 0;
  field.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(look, 120); });
  more.textContent = say.more;
  more.addEventListener("click", show);
  const kept = /^#q=(.*)$/.exec(location.hash);
  if (kept) {
    try { field.value = decodeURIComponent(kept[1]); } catch { field.value = kept[1]; }
    look();
  }
})();
