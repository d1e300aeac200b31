"use strict";
// The reader: one hole at a time, the truth beside what each candidate says. Text only ever becomes text, never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const ROW = 26;
const NAMES = { exact: "exact", right: "right as far as it goes", wrong: "wrong", none: "nothing shown" };
const at = (id) => document.getElementById(id);
const list = at("list"), rows = at("rows"), pane = at("hole");
let found = [], chosen = 0;

function verdict(answer) {
  if (!answer) return "none";
  return answer.x ? "exact" : answer.g ? "right" : answer.s ? "wrong" : "none";
}

// What could turn text round, hide in it or drive a terminal is shown as what it is.
const ODD = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u;
function put(parent, text, kind) {
  const span = document.createElement("span");
  if (kind) span.className = kind;
  let plain = "";
  for (const character of text) {
    if (!ODD.test(character) || character === "\n" || character === "\t") { plain += character; continue; }
    span.append(plain);
    plain = "";
    const odd = document.createElement("span");
    odd.className = "odd";
    odd.textContent = "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    span.append(odd);
  }
  span.append(plain);
  parent.append(span);
  return span;
}

function make(name, parent, text, kind) {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  if (text !== undefined) put(element, text);
  parent.append(element);
  return element;
}

function option(select, value, text) {
  const made = make("option", select);
  made.value = value;
  put(made, text);
}

function fill(id, values) {
  const select = at(id);
  for (const value of values) option(select, value, value);
}

function apply() {
  const [kind, language, outcome, copied] = ["kind", "language", "outcome", "copied"].map((id) => at(id).value);
  const who = Number(at("candidate").value), words = at("search").value.toLowerCase();
  found = data.holes.filter((hole) => {
    if (kind && hole.k !== kind) return false;
    if (language && hole.l !== language) return false;
    if (copied && String(hole.c) !== copied) return false;
    if (outcome) {
      const answer = hole.a[who];
      if (outcome in NAMES ? verdict(answer) !== outcome : !answer || answer.o !== outcome) return false;
    }
    return !words || hole.p.toLowerCase().includes(words) || hole.t.toLowerCase().includes(words);
  });
  at("count").textContent = found.length.toLocaleString("en") + " of " + data.holes.length.toLocaleString("en");
  rows.style.height = found.length * ROW + "px";
  list.scrollTop = 0;
  choose(0);
}

// Only the rows that can be seen exist, however many there are.
function draw() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 5);
  const last = Math.min(found.length, first + Math.ceil(list.clientHeight / ROW) + 10);
  rows.textContent = "";
  for (let index = first; index < last; index++) {
    const hole = found[index], row = make("div", rows, undefined, "row");
    row.style.top = index * ROW + "px";
    row.id = "row" + index;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", String(index === chosen));
    for (const answer of hole.a) make("span", row, undefined, "dot " + verdict(answer)).title = NAMES[verdict(answer)];
    make("span", row, hole.p + ":" + hole.n, "path");
    make("span", row, hole.k, "kind");
    row.addEventListener("click", () => choose(index));
  }
}

function choose(index) {
  chosen = Math.max(0, Math.min(found.length - 1, index));
  const top = chosen * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  draw();
  list.setAttribute("aria-activedescendant", "row" + chosen);
  show(found[chosen]);
}

function agreed(one, other) {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function show(hole) {
  pane.textContent = "";
  if (!hole) { make("p", pane, "No hole matches.", "quiet"); return; }
  make("h3", pane, hole.p + ":" + hole.n + (hole.r ? " before " + hole.r.slice(0, 10) : ""));
  const about = [hole.k, hole.l, hole.c ? "also found elsewhere in the project" : "found nowhere else"];
  make("p", pane, about.join(" · "), "quiet");
  const grid = make("div", pane, undefined, "grid");
  const first = make("section", grid);
  make("h4", first, "what is really there");
  const truth = make("pre", first);
  put(truth, hole.b, "around");
  put(truth, hole.t, "truth");
  put(truth, hole.f, "around");
  hole.a.forEach((answer, number) => {
    const part = make("section", grid);
    make("h4", part, data.candidates[number], "k" + (number % 8));
    if (!answer) { make("p", part, "no request was made", "quiet"); return; }
    const said = make("pre", part);
    const wanted = hole.t + hole.f, same = agreed(answer.s, wanted);
    put(said, hole.b, "around");
    put(said, answer.s.slice(0, same), "same");
    put(said, answer.s.slice(same), "other");
    if (answer.n) put(said, hole.f.slice(0, answer.n), "gone");
    put(said, hole.f.slice(answer.n || 0), "around");
    const facts = [NAMES[verdict(answer)], answer.o, answer.m + " ms"];
    if (answer.i) facts.push(answer.i + " tokens in, " + answer.u + " out");
    if (answer.e) facts.push("changed by " + answer.e);
    make("p", part, facts.join(" · "), "quiet");
    if (answer.w !== undefined) { make("p", part, "the model's own words", "quiet"); put(make("pre", part), answer.w); }
  });
  pane.scrollTop = 0;
}

fill("kind", data.kinds);
fill("language", data.languages);
data.candidates.forEach((name, number) => option(at("candidate"), number, name));
for (const name in NAMES) option(at("outcome"), name, NAMES[name]);
for (const name of data.outcomes) option(at("outcome"), name, name);
for (const id of ["kind", "language", "candidate", "outcome", "copied"]) at(id).addEventListener("change", apply);
at("search").addEventListener("input", apply);
list.addEventListener("scroll", () => requestAnimationFrame(draw));
addEventListener("resize", draw);
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select");
  if (event.key === "Escape" && typing) { event.target.blur(); list.focus(); return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
  const far = { Home: -Infinity, End: Infinity }[event.key];
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
  if (step !== undefined) choose(chosen + step);
  else if (far !== undefined) choose(far < 0 ? 0 : found.length - 1);
  else if (event.key === "/") at("search").focus();
  else if (event.key === "o") at("outcome").focus();
  else return;
  event.preventDefault();
});
apply();
document.body.dataset.ready = String(Math.round(performance.now()));
