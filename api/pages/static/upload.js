// Drag and drop, a progress bar, and errors without losing what was chosen. Without script the form is posted as it is.
"use strict";

const form = document.getElementById("upload");
const mostBytes = Number(form.dataset.mostBytes);
const working = document.getElementById("sending");
const bar = document.getElementById("sent");
const words = document.getElementById("sent-words");
const submit = form.querySelector(".actions button");
const LOST = "The connection was lost before everything had arrived. Nothing was stored; send it again.";

let sending = null;
let key = freshKey();

form.classList.add("live");
for (const input of form.querySelectorAll("input[type=file]")) {
  const drop = input.closest(".drop");
  input.addEventListener("change", () => chosen(input));
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => { event.preventDefault(); dropped(input, event.dataTransfer.files); });
}
// A film dropped beside the field would be opened by the browser, and the page be gone.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, (event) => event.preventDefault());
}
form.addEventListener("change", () => { key = freshKey(); });
form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
document.getElementById("stop").addEventListener("click", () => sending && sending.abort());
window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

// One for each choice of files and options: what is sent twice because an answer got lost makes one analysis only.
function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function dropped(input, files) {
  if (files.length !== 1) {
    return tell(input.name, "Drop one film here.");
  }
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function chosen(input) {
  const file = input.files[0];
  const output = input.closest(".drop").querySelector("output");
  output.textContent = file ? `${file.name}, ${megabytes(file.size)}` : "";
  tell(input.name, file ? wrongWith(file) : "");
}

function wrongWith(file) {
  if (file.size === 0) return "This file is empty; record or copy it again.";
  if (file.size > mostBytes) return `This file has ${megabytes(file.size)}; at most ${megabytes(mostBytes)} are taken. Cut it to one set.`;
  return "";
}

function megabytes(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

// Says what is wrong beside its field; beside the form where there is no such field. Empty takes it back.
function tell(name, detail) {
  const field = document.getElementById(`${name}-error`);
  const place = field || document.getElementById("form-error");
  place.textContent = field || !detail ? detail : `${name ? `${name}: ` : ""}${detail}`;
  place.hidden = !detail;
  const input = document.getElementById(name);
  if (input) input.toggleAttribute("aria-invalid", Boolean(detail));
}

function send() {
  const wrong = [...form.querySelectorAll("input[type=file]")].find((input) => input.files[0] && wrongWith(input.files[0]));
  if (wrong) return wrong.focus();
  for (const place of form.querySelectorAll(".error")) place.hidden = true;
  sending = new XMLHttpRequest();
  sending.open("POST", form.dataset.address);
  sending.setRequestHeader("Idempotency-Key", key);
  sending.responseType = "json";
  sending.upload.addEventListener("progress", progressed);
  sending.addEventListener("load", answered);
  sending.addEventListener("error", () => ended(LOST));
  sending.addEventListener("abort", () => ended("The upload was stopped. Nothing was stored."));
  sending.send(new FormData(form));
  show(true);
}

function progressed(event) {
  bar.value = event.loaded / event.total;
  words.textContent = event.loaded < event.total
    ? `${megabytes(event.loaded)} of ${megabytes(event.total)}`
    : "Everything was sent; waiting for the server.";
}

function answered() {
  const { status, response } = sending;
  if (status === 202 && response) {
    sending = null;
    location.assign(`/analyses/${response.id}`);
  } else if (status === 401) {
    sending = null;
    location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
  } else {
    refused(status, response || {});
  }
}

function refused(status, problem) {
  const errors = problem.errors || [];
  const ofTheFile = [408, 413, 415].includes(status);
  ended(errors.length || ofTheFile ? "" : sentence(problem.detail || `The server answered with ${status}.`));
  if (ofTheFile) tell("file", sentence(problem.detail || "The file is too large."));
  for (const each of errors) tell(each.field, sentence(each.detail));
  const first = form.querySelector("[aria-invalid]");
  if (first) first.focus();
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function ended(detail) {
  sending = null;
  show(false);
  tell("", detail);
}

function show(underWay) {
  working.hidden = !underWay;
  submit.disabled = underWay;
  if (underWay) bar.value = 0;
}
