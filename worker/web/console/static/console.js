// Keeps an open page as it is at the worker. Without this script the page reloads itself.
"use strict";

const QUIET = 12000; // Milliseconds without a word after which what is shown counts as stale.
const POLL = 5000; // Milliseconds between two loads where there is no stream.
const AGAIN = 30000; // Milliseconds after which a page is loaded again, whatever was heard.
const CROWDED = 1500; // Milliseconds, and up to as many again, until a page that too many asked for is loaded again.
const LOCK = "cuelight-live";

const main = () => document.getElementById("main");
let heardAt = performance.now();
let loadedAt = performance.now();
let skew = Date.parse(main().dataset.now) - Date.now();
let loading = null;
let wanted = false;

function length(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 600) return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60 ? (seconds % 60) + "s" : ""}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h${minutes % 60 ? (minutes % 60) + "m" : ""}`;
  return `${Math.floor(minutes / 1440)}d${Math.floor(minutes / 60) % 24}h`;
}

function age(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 172800 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86400)} d ago`;
}

function tick() {
  const now = Date.now() + skew;
  for (const each of document.querySelectorAll("[data-until]")) {
    each.textContent = each.dataset.form.replace("{}", length(Date.parse(each.dataset.until) - now));
  }
  for (const each of document.querySelectorAll("[data-since]")) {
    each.textContent = age(now - Date.parse(each.dataset.since));
  }
  const quiet = performance.now() - heardAt;
  const stale = document.getElementById("stale");
  stale.hidden = quiet < QUIET;
  document.body.classList.toggle("stale", !stale.hidden);
  if (!stale.hidden) stale.textContent = `Stale: no word from the worker for ${length(quiet)}`;
  if (performance.now() - loadedAt > AGAIN && !document.hidden) load();
}

function states(root) {
  return new Map([...root.querySelectorAll(".slot[data-id]")].map((each) => [each.dataset.id, each.dataset]));
}

function tell(before, after) {
  const news = [];
  for (const [id, now] of after) {
    if (before.has(id) && before.get(id).word !== now.word) news.push(`${now.title}: ${now.word}`);
  }
  if (news.length) document.getElementById("news").textContent = news.join("; ");
}

function show(text) {
  const found = new DOMParser().parseFromString(text, "text/html");
  const fresh = found.getElementById("main");
  if (!fresh) return;
  tell(states(main()), states(fresh));
  const focused = document.activeElement && document.activeElement.id;
  skew = Date.parse(fresh.dataset.now) - Date.now();
  main().dataset.now = fresh.dataset.now;
  main().replaceChildren(...fresh.childNodes);
  document.title = found.title;
  if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
  tick();
}

async function load() {
  if (loading) { wanted = true; return; }
  wanted = false;
  loadedAt = performance.now();
  loading = fetch(location.href, { headers: { accept: "text/html" }, cache: "no-store", redirect: "manual" });
  try {
    const answer = await loading;
    if (answer.type === "opaqueredirect") location.reload();
    if (answer.ok) { heardAt = performance.now(); show(await answer.text()); }
    else if (answer.status === 503) setTimeout(load, CROWDED * (1 + Math.random()));
  } catch { /* It is told as stale. */ } finally {
    loading = null;
    if (wanted) load();
  }
}

// One stream for all pages of a browser: a browser opens six connections to a host, and no more.
const others = "BroadcastChannel" in window ? new BroadcastChannel(LOCK) : null;
let release = null;
let polling = null;

function heard(kind) {
  heardAt = performance.now();
  if (kind === "changed" && !document.hidden) load();
}

function listen() {
  return new Promise((resolve) => {
    const stream = new EventSource("/live");
    for (const kind of ["changed", "alive"]) {
      stream.addEventListener(kind, () => { heard(kind); if (others) others.postMessage(kind); });
    }
    release = () => { stream.close(); release = null; resolve(); };
    stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) { poll(); release(); } };
  });
}

function poll() {
  if (!polling) polling = setInterval(() => { if (!document.hidden) load(); }, POLL);
}

let waiting = null;

function begin() {
  if (document.hidden || release || waiting || polling) return;
  if (!others || !navigator.locks) { poll(); return; }
  waiting = new AbortController();
  navigator.locks.request(LOCK, { signal: waiting.signal }, listen).catch(() => {}).finally(() => { waiting = null; begin(); });
}

function end() {
  if (release) release();
  else if (waiting) waiting.abort();
}

if ("live" in main().dataset) {
  if (others) others.onmessage = (event) => heard(event.data);
  document.addEventListener("visibilitychange", () => { if (document.hidden) end(); else { load(); begin(); } });
  addEventListener("pagehide", end);
  addEventListener("pageshow", (event) => { if (event.persisted) { load(); begin(); } });
  begin();
  setInterval(tick, 1000);
}
