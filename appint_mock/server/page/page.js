"use strict";
// Shows what a server holds, and the calls as they come. Everything from the server is put in as text, never as markup.

const PATH = "/_appint_mock";
const MOST_CALLS = 200;
const at = (id) => document.getElementById(id);
// The records that belong to another: by table, the table and the member that name the parent.
const PARENTS = {
  event_integration_associations: ["event_integrations", "EventIntegrationName", "Name"],
  data_integration_associations: ["data_integrations", "DataIntegrationId", "Id"],
  application_associations: ["applications", "ApplicationId", "Id"],
  revisions: ["data_sets", "DataSetId", "Id"],
  assets: ["revisions", "RevisionId", "Id"],
};
const NAMES = ["Name", "Id", "ClientId", "Arn"];
const opened = new Set();
let calls = 0;
let due = 0;
let shownNow = "";

function make(tag, content = [], attributes = {}) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...[content].flat());
  return element;
}

function say(text) {
  at("message").textContent = text;
  at("message").hidden = !text;
}

async function ask(method, path, value) {
  const options = { method, headers: { Accept: "application/json" } };
  if (value !== undefined) options.body = typeof value === "string" ? value : JSON.stringify(value);
  const response = await fetch(`${PATH}/${path}`, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

async function act(action) {
  try {
    say("");
    await action();
    await refresh();
  } catch (error) {
    say(error.message);
  }
}

const words = (name) => name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());

function details(key, summary, fill) {
  const element = make("details", make("summary", summary), { "data-key": key });
  const open = () => {
    if (element.open && element.children.length === 1) element.append(...[fill()].flat());
  };
  element.addEventListener("toggle", () => {
    opened[element.open ? "add" : "delete"](key);
    open();
  });
  element.open = opened.has(key);
  open();
  return element;
}

function title(record) {
  const name = NAMES.map((each) => record[each]).find(Boolean) || "(no name)";
  const labels = [record.Type, record.State, record.AcceptanceState, record.Origin].filter(Boolean);
  const state = record.State === "ERROR" || record.State === "TIMED_OUT" ? "error" : "soft";
  const errors = (record.Errors || []).map((each) => `${each.Code}: ${each.Message}`);
  return [
    name,
    ...labels.map((each) => make("span", ` ${each}`, { class: state })),
    ...errors.map((each) => make("span", ` ${each}`, { class: "error" })),
  ];
}

function record(place, backend, table, each) {
  const key = [place, table, each.Id || each.Arn || each.Name || JSON.stringify(each)].join("|");
  return make("li", details(key, title(each), () => {
    const shown = [];
    if (each.Id && ["WAITING", "IN_PROGRESS"].includes(each.State) && table === "jobs") {
      const button = make("button", "Finish this job", { type: "button" });
      const query = new URLSearchParams({ account_id: backend.account_id, region_name: backend.region_name });
      button.addEventListener("click", () =>
        act(() => ask("POST", `${backend.service}/finish_job?${query}`, { job_id: each.Id })));
      shown.push(button);
    }
    shown.push(make("pre", JSON.stringify(each, null, 2), { tabindex: "0" }));
    return [...shown, ...children(place, backend, table, each)];
  }));
}

function children(place, backend, table, parent) {
  return Object.entries(PARENTS)
    .filter(([child, [of]]) => of === table && backend.tables[child])
    .map(([child, [, member, own]]) => {
      const found = backend.tables[child].filter((each) => each[member] === parent[own]);
      return found.length ? list(place, backend, child, found) : "";
    });
}

function list(place, backend, table, records) {
  return make("div", [
    make("h4", `${words(table)} (${records.length})`),
    make("ul", records.map((each) => record(place, backend, table, each))),
  ]);
}

function isShownBelow(backend, table, each) {
  const parent = PARENTS[table];
  return parent && (backend.tables[parent[0]] || []).some((other) => other[parent[2]] === each[parent[1]]);
}

function backendShown(service, backend) {
  const place = `${backend.account_id} ${backend.region_name}`;
  const tables = Object.entries(backend.tables)
    .map(([table, records]) => [table, records.filter((each) => !isShownBelow(backend, table, each))])
    .filter(([, records]) => records.length)
    .map(([table, records]) => list(place, { ...backend, service: service.name }, table, records));
  if (backend.events.length) {
    tables.push(make("h4", `Events (${backend.events.length})`));
    tables.push(make("ul", backend.events.map((event) =>
      make("li", details(`${place}|event|${event.id}`, [event["detail-type"], make("span", ` ${event.time}`, { class: "soft" })],
        () => make("pre", JSON.stringify(event, null, 2), { tabindex: "0" }))))));
  }
  return make("section", [make("h3", `${service.title}, account ${backend.account_id}, ${backend.region_name}`), ...tables]);
}

function choosePlaces(services) {
  const places = new Set(services.flatMap((service) => service.backends.map((each) => `${each.account_id} ${each.region_name}`)));
  const chosen = at("place").value;
  at("place").replaceChildren(make("option", "all", { value: "" }),
    ...[...places].sort().map((each) => make("option", each, { value: each })));
  at("place").value = places.has(chosen) ? chosen : "";
}

// Puts the new content in, and the keyboard's focus back to where it was.
function replaceTree(content) {
  const tree = at("tree"), active = document.activeElement;
  const inside = tree.contains(active);
  const key = active.closest("[data-key]")?.dataset.key;
  tree.replaceChildren(...content);
  if (!inside) return;
  const again = [...tree.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  const target = again ? again.querySelector(active.tagName) || again.firstElementChild : at("resources");
  target.focus({ preventScroll: true });
}

async function refresh() {
  const [seen, faults] = await Promise.all([ask("GET", "overview"), ask("GET", "faults")]);
  at("clock").textContent = seen.clock;
  choosePlaces(seen.services);
  const place = at("place").value;
  const showing = JSON.stringify([place, seen.services]);
  if (showing !== shownNow) {
    shownNow = showing;
    const shown = seen.services.flatMap((service) => service.backends
      .filter((each) => !place || place === `${each.account_id} ${each.region_name}`)
      .map((each) => backendShown(service, each)));
    replaceTree(shown.length ? shown : [make("p", "Nothing yet.", { class: "empty" })]);
  }
  at("faults").replaceChildren(...(faults.faults.length ? faults.faults.map((each) => make("li", each.fault.slice(1, -1)))
    : [make("li", "None.", { class: "empty" })]));
}

function soon() {
  if (!due) due = setTimeout(() => { due = 0; refresh().catch((error) => say(error.message)); }, 300);
}

function call(each) {
  calls += 1;
  const failed = each.status_code === null || each.status_code >= 300;
  const item = make("li", details(`call|${calls}`, [
    make("span", `${each.time.slice(11, 19)} `, { class: "soft" }), each.operation,
    make("span", ` ${each.status_code ?? "-"} ${each.error_code ?? ""}`, { class: failed ? "error" : "ok" }),
    make("span", ` ${each.region_name} ${each.account_id}`, { class: "soft" }),
  ], () => [
    make("h4", "Request"), make("pre", JSON.stringify(each.parameters, null, 2), { tabindex: "0" }),
    make("h4", "Answer"), make("pre", JSON.stringify(each.response, null, 2), { tabindex: "0" }),
  ]), { class: "new", value: calls });
  at("calls").prepend(item);
  if (at("calls").children.length > MOST_CALLS) at("calls").lastElementChild.remove();
}

function follow() {
  const stream = new EventSource(`${PATH}/calls/stream`);
  const live = (text, state) => { at("live").textContent = text; at("live").className = `badge ${state}`; };
  stream.addEventListener("open", () => { live("live", "on"); soon(); });
  stream.addEventListener("error", () => live("no connection", "off"));
  stream.addEventListener("call", (event) => { call(JSON.parse(event.data)); soon(); });
}

at("place").addEventListener("change", () => act(async () => {}));
at("reset").addEventListener("click", () => {
  if (confirm("Forget all state, calls and faults?")) act(async () => { await ask("POST", "reset"); at("calls").replaceChildren(); });
});
at("follow").addEventListener("click", () => act(() => ask("POST", "clock", { follow: true })));
at("advance").addEventListener("submit", (event) => {
  event.preventDefault();
  act(() => ask("POST", "clock", { advance: { [at("unit").value]: Number(at("amount").value) } }));
});
at("save").addEventListener("click", () => act(async () => {
  const state = await ask("GET", "state");
  const link = make("a", "", { download: "appint_mock-state.json",
    href: URL.createObjectURL(new Blob([JSON.stringify(state)], { type: "application/json" })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}));
at("load").addEventListener("change", () => act(async () => {
  const [file] = at("load").files;
  at("load").value = "";
  if (file) await ask("PUT", "state", await file.text());
}));
at("fault").addEventListener("submit", (event) => {
  event.preventDefault();
  const times = at("times").value === "" ? null : Number(at("times").value);
  act(() => ask("POST", "faults", { operation: at("operation").value, error: at("error").value, times }));
});
at("clear").addEventListener("click", () => act(() => ask("DELETE", "faults")));

(async () => {
  try {
    for (const each of (await ask("GET", "calls")).calls.slice(-MOST_CALLS)) call(each);
  } catch (error) {
    say(error.message);
  }
  follow();
  act(async () => {});
})();
