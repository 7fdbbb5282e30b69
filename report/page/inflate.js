"use strict";
// What the page holds deflated, in base 64, is text again.
async function inflated(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"))).text();
}
// The page of a large region comes deflated as a whole: its scripts run, in their order, once it is text again.
async function begin() {
  if (document.readyState === "loading") await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
  const content = document.getElementById("content");
  content.textContent = await inflated(content.textContent);
  for (const waiting of document.querySelectorAll('script[type="text/plain"]')) {
    const script = document.createElement("script");
    script.textContent = waiting.textContent;
    waiting.replaceWith(script);
  }
}
if (document.getElementById("content").dataset.form === "deflate") {
  begin().catch(() => { document.getElementById("title").textContent = JSON.parse(document.getElementById("words").textContent)[document.documentElement.lang].browser_too_old; });
}
