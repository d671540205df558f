// The page of the tasks: shows what /tasks/list and /tasks/plan tell, sends what is changed.
"use strict";

const TASK_CELLS = ["id", "kind", "meters", "period", "offset", "window"];
const NO_TIME = "–";

const taskForm = by("task");

function timeOf(utc_s) {
  return utc_s === null ? NO_TIME : new Date(1000 * utc_s).toISOString().slice(0, 16).replace("T", " ");
}

async function told(path) {
  const answer = await fetch(path);
  if (answer.status === 401) show(false);
  return answer.ok ? (await answer.json()).result : null;
}

async function fillTasks() {
  let rows, plan;
  try {
    [rows, plan] = [await told("/tasks/list"), await told("/tasks/plan")];
  } catch {
    by("task-said").textContent = "No answer from the DCU";
  }
  if (!rows || !plan) return;
  by("task-rows").replaceChildren(...rows.map(taskLine));
  by("plan").replaceChildren(...Object.entries(plan.ports).map(portOf), ...troublesOf(plan));
}

function taskLine(task) {
  const line = document.createElement("tr");
  const cell = (head, content) => {
    const made = line.insertCell();
    made.dataset.head = head;
    made.append(content);
  };
  for (const name of TASK_CELLS) cell(name, task[name] || NO_TIME);
  cell("last", timeOf(task.last_s));
  cell("good", task.last_s === null ? NO_TIME : `${task.good} of ${task.chosen}`);
  cell("next", timeOf(task.next_s));
  if (task.id === "0") cell("", "collect.period_s");
  else cell("", buttonsOf(task));
  return line;
}

function buttonsOf(task) {
  const both = document.createElement("span");
  both.append(
    button(`Edit task ${task.id}`, "Edit", () => edit(task)),
    button(`Remove task ${task.id}`, "Remove", (pressed) => {
      if (pressed.textContent === "Really?") change("/tasks/remove", task.id);
      else pressed.textContent = "Really?";
    }),
  );
  return both;
}

function button(label, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.ariaLabel = label;
  made.addEventListener("click", () => act(made));
  return made;
}

function edit(task) {
  for (const field of taskForm.querySelectorAll("[name]")) field.value = task[field.name] || "";
  by("task-form").open = true;
  taskForm.elements.id.focus();
}

function portOf([name, port]) {
  const made = document.createElement("div");
  const share = document.createElement("meter");
  share.max = 100;
  share.value = port.busy_percent;
  share.ariaLabel = `${name}: share of a day that is busy`;
  made.append(share, ` ${name}: busy ${port.busy_percent} % of a day; busiest minute `);
  made.append(`${port.busiest_minute} with ${port.busiest_s} s of work`);
  if (port.first_s) made.append(`; and once ${port.first_s} s, for what the meters have kept so far`);
  const list = document.createElement("ul");
  for (const row of port.tasks) {
    const line = document.createElement("li");
    line.textContent =
      `task ${row.task} ${row.kind} every ${row.period}: ${row.run_s} s of ${row.window_s} s, ` +
      `${row.measured} of ${row.meters} meters measured`;
    list.append(line);
  }
  made.append(list);
  return made;
}

function troublesOf(plan) {
  return [
    ...plan.refusals.map((text) => `Does not fit: ${text}`),
    ...plan.warnings.map((text) => `Warning: ${text}`),
  ].map((text) => Object.assign(document.createElement("p"), { textContent: text }));
}

// What the DCU says of a change is shown; `empty` gets the form ready for the next, if it was taken.
async function change(path, body, empty = () => {}) {
  let lines, isTaken = false;
  try {
    const answer = await post(path, body);
    if (answer.status === 401) return show(false);
    const told = answer.ok || answer.status === 409 ? await answer.json() : {};
    lines = [...(told.said || []), told.result || told.error || `Refused (${answer.status})`];
    isTaken = answer.ok;
  } catch {
    lines = ["No answer from the DCU"];
  }
  if (isTaken) empty();
  by("task-said").textContent = lines.join("\n");
  by("task-said").classList.toggle("bad", !isTaken);
  await fillTasks();
}

taskForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const row = Object.fromEntries(new FormData(taskForm));
  change("/tasks/add", JSON.stringify(row), () => taskForm.reset());
});

by("task-upload").addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = by("task-file");
  change("/tasks/import", await chosen.files[0].text(), () => event.target.reset());
});

by("task-look").addEventListener("click", fillTasks);

PAGES.tasks = fillTasks;
