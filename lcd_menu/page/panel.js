// The panel in a browser: draws what /events tells, sends keys one after the other.
"use strict";

const HOLD_MS = 450; // a key held so long repeats
const REPEAT_MS = 120;
const WAITING_MAX = 32; // keys on their way
const HELD_WAITING_MAX = 2; // with so many on their way a key that is held is not repeated
const AGAIN_MS = 2000;
const KEYS = {
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right",
  Enter: "enter", Escape: "back", Backspace: "back",
};
const PAPER = { lit: [184, 204, 160], dark: [122, 134, 110] };
const INK = [32, 42, 24];
const CONTRAST_MAX = 10;

const by = (id) => document.getElementById(id);
const pen = by("lcd").getContext("2d");
const shown = { frame: null, size: null, lit: true, contrast: CONTRAST_MAX };
let events = null;
let sending = Promise.resolve();
let waiting = 0;
let held = null; // timer of the key that is held

const PAGES = { panel: () => {}, settings: fillSettings }; // what each does when it is opened
let isIn = false;

function show(isOpen) {
  isIn = isOpen;
  by("login").hidden = isOpen;
  by("pages").hidden = by("logout").hidden = !isOpen;
  if (!isOpen) by("password").focus();
  turn();
}

function turn() {
  const wanted = location.hash.slice(1);
  const name = wanted in PAGES ? wanted : "panel";
  for (const page of document.querySelectorAll("[data-page]")) {
    page.hidden = !isIn || page.id !== name;
  }
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.hash === "#" + name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (isIn) PAGES[name]();
}

async function fillSettings() {
  const answer = await fetch("/settings");
  if (!answer.ok) return show(false);
  const body = document.querySelector("#settings tbody");
  body.replaceChildren();
  for (const row of await answer.json()) {
    const line = body.insertRow();
    for (const text of row) line.insertCell().textContent = text;
  }
}

function post(path, body) {
  return fetch(path, { method: "POST", body, headers: { "Content-Type": "text/plain" } });
}

function draw() {
  const paper = shown.lit ? PAPER.lit : PAPER.dark;
  const part = 0.25 + (0.75 * shown.contrast) / CONTRAST_MAX;
  const ink = paper.map((level, at) => Math.round(level + (INK[at] - level) * part));
  const image = pen.createImageData(...shown.size);
  for (let pixel = 0; pixel < 8 * shown.frame.length; pixel++) {
    const colour = (shown.frame[pixel >> 3] << (pixel & 7)) & 0x80 ? ink : paper;
    image.data.set(colour, 4 * pixel);
    image.data[4 * pixel + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

function resize([width, height]) {
  const lcd = by("lcd");
  lcd.width = width;
  lcd.height = height;
  lcd.style.aspectRatio = `${width} / ${height}`;
  shown.frame = new Uint8Array((width * height) / 8);
}

function take(told) {
  if (told.size) resize(told.size);
  for (const [at, hex] of told.runs) {
    for (let index = 0; 2 * index < hex.length; index++) {
      shown.frame[at + index] = parseInt(hex.substr(2 * index, 2), 16);
    }
  }
  Object.assign(shown, told);
  draw();
  if (told.text !== undefined) by("text").textContent = told.text;
  if (told.lamps) {
    for (const lamp of document.querySelectorAll("[data-lamp]")) {
      lamp.classList.toggle("on", told.lamps[lamp.dataset.lamp]);
    }
  }
}

function watch() {
  if (events) events.close();
  events = new EventSource("/events");
  events.onmessage = (event) => take(JSON.parse(event.data));
  events.onerror = () => {
    events.close();
    setTimeout(begin, AGAIN_MS);
  };
}

async function begin() {
  try {
    const answer = await fetch("/session");
    show(answer.ok);
    if (answer.ok) watch();
    say("");
  } catch {
    say("No answer from the DCU");
    setTimeout(begin, AGAIN_MS);
  }
}

function say(text) {
  by("said").textContent = text;
}

function press(key, isHeld = false) {
  if (waiting >= (isHeld ? HELD_WAITING_MAX : WAITING_MAX)) return;
  waiting++;
  sending = sending.then(() => send(key)).finally(() => waiting--);
}

async function send(key) {
  try {
    const answer = await post("/key", key);
    if (answer.status === 401) show(false);
    say(answer.status === 409 ? (await answer.json()).error : "");
  } catch {
    say("No answer from the DCU");
  }
}

function hold(button) {
  release();
  button.classList.add("down");
  press(button.dataset.key);
  const repeat = () => {
    press(button.dataset.key, true);
    held = setTimeout(repeat, REPEAT_MS);
  };
  held = setTimeout(repeat, HOLD_MS);
}

function release() {
  clearTimeout(held);
  for (const button of document.querySelectorAll("#keys .down")) button.classList.remove("down");
}

for (const button of document.querySelectorAll("#keys button")) {
  button.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    button.setPointerCapture(event.pointerId);
    hold(button);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    button.addEventListener(end, release);
  }
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    if (event.detail === 0) press(button.dataset.key); // by keyboard or screen reader
  });
}
window.addEventListener("blur", release);

document.addEventListener("keydown", (event) => {
  const key = KEYS[event.key];
  const isOurs = key && !by("panel").hidden && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (!isOurs || (event.key === "Enter" && event.target.closest("button, a"))) return;
  event.preventDefault();
  press(key, event.repeat);
});

by("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = by("password").value;
  by("password").value = "";
  try {
    const answer = await post("/login", typed);
    const wait_s = answer.ok ? 0 : (await answer.json()).wait_s;
    const why = wait_s ? `Wrong password; wait ${wait_s} s` : "Wrong password";
    by("refusal").textContent = answer.ok ? "" : why;
    if (answer.ok) begin();
  } catch {
    by("refusal").textContent = "No answer from the DCU";
  }
});

window.addEventListener("hashchange", turn);

by("logout").addEventListener("click", async () => {
  if (events) events.close();
  await post("/logout", "");
  show(false);
});

begin();
