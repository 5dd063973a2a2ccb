"use strict";
// Text goes into the page as text only: what arrives here was written by anybody.
const at = (id) => document.getElementById(id);
const json = { "content-type": "application/json" };
const seen = new Map(); // id of a request: its line, and what the line says

function cell(text, kind) {
  const made = document.createElement("td");
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function details(one) {
  const made = document.createElement("td"), box = document.createElement("details");
  const title = document.createElement("summary"), body = document.createElement("pre");
  title.textContent = `${one.bytes} bytes, ${one.milliseconds} ms`;
  body.textContent = `${JSON.stringify(one.json, null, 2)}\n\n→ ${one.reply}`;
  box.append(title, body);
  made.append(box);
  return made;
}

function line(one) {
  const made = document.createElement("tr");
  const status = cell(one.status || "…", one.status >= 400 ? "bad" : "");
  made.append(cell(one.id), cell(one.method), cell(one.path), status, details(one));
  return made;
}

function show(requests) {
  const rows = at("rows"), shown = requests.filter((one) => !(one.method === "GET" && one.path === "/"));
  const ids = new Set(shown.map((one) => one.id));
  if (!seen.size) rows.replaceChildren();
  for (const [id, known] of seen) if (!ids.has(id)) { known.line.remove(); seen.delete(id); }
  for (const one of shown) {
    const says = `${one.status} ${one.milliseconds} ${one.reply.length}`, known = seen.get(one.id);
    if (known && known.says === says) continue;
    const made = line(one);
    if (known) {
      made.querySelector("details").open = known.line.querySelector("details").open;
      known.line.replaceWith(made);
    } else rows.prepend(made);
    seen.set(one.id, { line: made, says });
  }
}

async function look() {
  if (at("live").checked && !document.hidden) {
    try {
      show(await (await fetch("/__parlel/requests?last=50")).json());
      const faults = await (await fetch("/__parlel/faults")).json();
      at("waiting").textContent = `Faults to come: ${faults.length}`;
    } catch { /* the emulator has gone, or comes again */ }
  }
  setTimeout(look, 700);
}

function piece(event) {
  const text = event.replace(/^data: ?/, "");
  if (!text || text === "[DONE]" || event.startsWith(":")) return "";
  try { return JSON.parse(text).choices?.[0]?.delta?.content ?? ""; } catch { return "\n[a malformed event]\n"; }
}

async function told(response, stream) {
  if (!response.ok) return `${response.status}: ${await response.text()}`;
  if (!stream) return (await response.json()).choices?.[0]?.message?.content ?? "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "", text = "";
  for (;;) {
    const { done, value } = await reader.read();
    const events = (rest + (value ?? "")).split("\n\n");
    rest = done ? "" : events.pop();
    text += events.map(piece).join("");
    at("reply").textContent = text;
    if (done) return text;
  }
}

at("play").addEventListener("submit", async (event) => {
  event.preventDefault();
  const stream = at("stream").checked, reply = at("reply");
  const messages = [{ role: "user", content: at("prompt").value }];
  reply.textContent = "…";
  try {
    const headers = { ...json, authorization: `Bearer ${at("token").value}` };
    const body = JSON.stringify({ model: at("model").value, messages, stream });
    reply.textContent = await told(await fetch("/v1/chat/completions", { method: "POST", headers, body }), stream);
  } catch (error) { reply.textContent = `No answer: ${error.message}`; }
});

at("faults").addEventListener("submit", async (event) => {
  event.preventDefault();
  const script = at("script").value.trim() || at("fault").value, path = at("path").value || "*";
  const response = await fetch("/__parlel/faults", { method: "POST", headers: json, body: JSON.stringify({ script, path }) });
  const answer = await response.json();
  at("waiting").textContent = response.ok ? `Faults to come: ${answer.waiting}` : answer.error;
});
at("calm").addEventListener("click", () => fetch("/__parlel/faults", { method: "DELETE" }));
at("clear").addEventListener("click", () => fetch("/__parlel/requests", { method: "DELETE" }));
look();
