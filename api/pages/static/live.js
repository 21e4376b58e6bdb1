// A live set in the browser: choosing, the set, its summary. What is counted and said comes from the server.

import { Camera, camerasThere } from "./live-camera.js";
import { forget, kept, Link } from "./live-link.js";
import { PicturesSent, PoseHere } from "./live-pose.js";
import { Figure, Screen } from "./live-screen.js";
import { Voice } from "./live-sound.js";
import { showSummary } from "./live-summary.js";

const NEWS_MS = 4000;
const form = document.getElementById("choose");
const stage = document.getElementById("stage");
const over = document.getElementById("over");
const part = Object.fromEntries([...document.querySelectorAll("#choose [id], #stage [id], #over [id]")].map((element) => [element.id, element]));
const data = JSON.parse(form.dataset.script);
const words = data.words;
const t = words.page;
const voice = new Voice(data.tones);
const camera = new Camera(part.video, { picture, lost: cameraLost, back: cameraBack });

// The set under way: its link, what looks at pictures, the screen. null while choosing and while its summary is shown.
let set = null;
let awake = null;
let newest_ms = null; // when the picture that the camera shows was taken, while nobody has looked at it

// Choosing

function chosen() {
  const side = part["side-field"].hidden ? "auto" : part.side.value;
  const input = part["on-device"].checked ? "landmarks" : "frames";
  const own = { tagged: part.tagged.checked, mirrored: part.mirrored.checked };
  const options = { exercise: part.exercise.value, side, cues: part.cues.value, input, overlay: true, ...own };
  return input === "landmarks" ? { ...options, estimated_by: data.onDevice.estimatedBy } : options;
}

function showChoice() {
  const id = part.exercise.value;
  for (const each of form.querySelectorAll(".of")) each.hidden = each.dataset.of !== id;
  part["side-field"].hidden = !part.exercise.selectedOptions[0].hasAttribute("data-per-side");
  part.tagged.disabled = part["on-device"].checked; // the browser's pose model reads no tag
  const running = form.dataset.running.split(" ").includes(id);
  for (const each of form.querySelectorAll("[data-run]")) each.hidden = (each.dataset.run === "yes") !== running;
}

async function listCameras() {
  const cameras = await camerasThere();
  const selected = part.camera.value;
  const named = cameras.map((each, i) => new Option(each.label || t.camera_numbered.replace("{number}", i + 1), each.deviceId));
  part.camera.replaceChildren(new Option(t.camera_any, ""), ...named);
  if (cameras.some((each) => each.deviceId === selected)) part.camera.value = selected;
  part.switch.hidden = cameras.length < 2;
  return cameras;
}

async function lookForCameras() {
  try {
    tellProblem("");
    await camera.open();
    await listCameras();
  } catch (error) {
    tellProblem(cameraProblem(error));
  } finally {
    camera.close();
  }
}

function cameraProblem(error) {
  return words.camera_errors[error.name] || words.camera_errors.other.replace("{reason}", error.message || error.name);
}

// actions: buttons beside it, as [words, what to do].
function tellProblem(text, actions = []) {
  part.problem.replaceChildren(text, ...actions.map(([name, act]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.addEventListener("click", act);
    return button;
  }));
  part.problem.hidden = !text;
  if (text) part.problem.scrollIntoView({ block: "center" });
}

function show(place) {
  for (const each of [form, stage, over]) each.hidden = each !== place;
  document.documentElement.classList.toggle("in-set", place !== form);
  for (const each of document.querySelectorAll(".bar, .foot, .skip")) each.inert = place !== form;
  if (place !== form) place.focus();
}

// A set

async function begin(hello, before = null) {
  tellProblem("");
  part.open.disabled = true;
  part.open.textContent = t.opening;
  let looker = null;
  try {
    await camera.open(part.camera.value, hello.tagged);
    await listCameras();
    looker = hello.input === "landmarks" ? new PoseHere(part.video, data.onDevice, deviceFailed) : new PicturesSent(part.video, hello.tagged);
    part.open.textContent = hello.input === "landmarks" ? t.loading : t.connecting;
    await looker.ready().catch((error) => { throw Object.assign(error, { onDevice: true }); });
    enter(hello, before, looker);
  } catch (error) {
    if (looker) looker.close();
    camera.close();
    show(form);
    tellProblem(error.onDevice ? words.camera_errors.on_device.replace("{reason}", error.message) : cameraProblem(error));
  } finally {
    part.open.disabled = false;
    part.open.textContent = t.open;
  }
}

// A set of the same exercise that this tab was in goes on, such as after a reload; else a new one begins.
function takeUp(hello) {
  const before = kept();
  if (before && before.hello.exercise === hello.exercise) return begin(before.hello, before);
  forget();
  return begin(hello);
}

function enter(hello, before, looker) {
  const title = [...part.exercise.options].find((option) => option.value === hello.exercise);
  const running = form.dataset.running.split(" ").includes(hello.exercise);
  set = { hello, looker, state: null, pose: null, notice: "" };
  set.screen = new Screen(words, title ? title.textContent : "", running);
  set.figure = new Figure(data.bones, data.lines[hello.exercise] || {});
  show(stage);
  drawTools();
  setNews(t.connecting);
  set.link = new Link(hello, { welcome, update, summary, refused, lost: linkLost, free: look }, before);
  stayAwake();
}

function leaveSet() {
  if (!set) return;
  set.looker.close();
  set.screen.close();
  set.figure.clear();
  set = null;
  voice.quiet();
  if (awake) awake.release();
  awake = null;
}

function quit() {
  set.link.leave();
  leaveSet();
  camera.close();
  if (document.fullscreenElement) document.exitFullscreen();
  show(form);
}

function picture(stamp_ms) {
  newest_ms = stamp_ms;
  look();
}

// The newest picture, once, as soon as the last one was answered.
function look() {
  if (newest_ms === null || !set || !set.link || !set.link.free || set.looker.busy) return;
  const stamp_ms = newest_ms;
  newest_ms = null;
  set.looker.look(stamp_ms, set.link);
}

function deviceFailed(reason) {
  quit();
  tellProblem(words.camera_errors.on_device.replace("{reason}", reason));
}

// What the server tells

function welcome(message, lostBefore) {
  setNews(lostBefore ? t.set_lost : set.notice === t.link_lost ? t.link_back : "", NEWS_MS);
  set.notice = "";
  if (lostBefore) tellLarge(t.set_lost);
  draw(message.state);
}

// For somebody on the mat: large for a moment, and aloud.
function tellLarge(text) {
  const its = set;
  its.notice = text;
  aloud(text);
  setTimeout(() => { if (its === set && its.notice === text) its.notice = ""; }, NEWS_MS);
}

// tone: the cue's whose tone stands for it where there is no voice.
function aloud(text, tone = "fault") {
  if (set.hello.cues !== "off") voice.tell({ kind: tone, say: text, beep: "none" });
}

function update(message) {
  set.pose = message.pose;
  for (const event of message.events) happened(event, message);
  draw(message.state);
}

function happened(event, { events, state }) {
  if (event.kind === "cue") {
    voice.tell(event.cue);
    if (event.cue.kind !== "tempo") announce(event.cue.say || event.cue.text, event.cue.kind === "advice");
  } else if (event.kind === "rep" && event.rep.complete && set.hello.cues !== "full" && !events.some((other) => other.kind === "cue")) {
    announce(String(state.count));
  }
}

// For screen readers: what is said, and the count where nothing is said with it. What stays true is told once.
function announce(text, stays = false) {
  if (!stays || part.told.textContent !== text) part.told.textContent = text;
}

function draw(state = set.state) {
  if (!state) return;
  set.state = state;
  set.screen.draw(state, set.notice);
  set.figure.draw(camera.lost ? null : set.pose, state);
  const label = state.stage === "counting" || state.stage === "ended" ? t.stop : t.start;
  if (part.toggle.firstChild.textContent !== label) part.toggle.firstChild.textContent = label;
  part.leave.hidden = state.stage === "counting" || state.stage === "ended";
  part.switch.disabled = part.leave.hidden; // another camera's picture would end the set
}

function summary(message) {
  const hello = set.hello;
  leaveSet();
  camera.close();
  showSummary(over, message, words, part["stage-title"].textContent);
  over.dataset.hello = JSON.stringify(hello);
  show(over);
}

function refused(message) {
  const { link, hello } = set;
  leaveSet();
  camera.close();
  show(form);
  if (message.kind === "taken_over") {
    tellProblem(message.detail, [[t.take_back, () => begin(hello, { resume: link.resume, session: link.session })]]);
  } else {
    tellProblem(message.detail, [[t.again, () => begin(hello)]]);
  }
}

// trouble: what the server said about it, if anything.
function linkLost(trouble) {
  if (set.notice !== t.link_lost) aloud(t.link_lost);
  set.notice = t.link_lost;
  draw();
  setNews(trouble || t.link_lost);
}

function cameraLost() {
  if (!set) return;
  set.notice = words.camera_lost;
  set.pose = null;
  announce(words.camera_lost);
  aloud(words.camera_lost);
  draw();
}

function cameraBack() {
  if (!set) return;
  set.notice = "";
  setNews(words.camera_back, NEWS_MS);
  announce(words.camera_back);
  aloud(words.camera_back, "praise");
  draw();
}

// A line beside the buttons; gone after a while where `last_ms` says so.
function setNews(text, last_ms = 0) {
  part.news.textContent = text;
  clearTimeout(setNews.timer);
  if (last_ms) setNews.timer = setTimeout(() => drawTools(), last_ms);
}

// Keys and buttons

function drawTools() {
  part.sound.firstElementChild.textContent = voice.on ? t.sound_on : t.sound_off;
  part.news.textContent = !voice.on ? "" : voice.locked ? t.sound_tap : voice.hasVoice ? "" : t.no_voice;
}

const acts = {
  toggle: () => set && set.state && set.link.say({ kind: set.state.stage === "counting" ? "stop" : "start" }),
  sound: () => {
    voice.on = !voice.on;
    if (!voice.on) voice.quiet();
    drawTools();
  },
  switch: async () => {
    if (!set || part.switch.disabled) return;
    const cameras = await listCameras();
    const at = cameras.findIndex((each) => each.deviceId === camera.deviceId);
    if (cameras.length < 2) return;
    part.camera.value = cameras[(at + 1) % cameras.length].deviceId;
    await camera.open(part.camera.value, set.hello.tagged).catch((error) => setNews(cameraProblem(error), NEWS_MS));
  },
  fill: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  leave: () => set && !part.leave.hidden && quit(),
  next: () => begin(JSON.parse(over.dataset.hello)),
  other: () => { show(form); part.exercise.focus(); },
};

const keys = { " ": "toggle", s: "sound", c: "switch", f: "fill", Escape: "leave" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !form.hidden) return;
  if (event.target.matches("button, a, input, select") && [" ", "Enter"].includes(event.key)) return;
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const inSummary = !over.hidden && act === "toggle" ? "next" : over.hidden ? act : null;
  if (!inSummary) return;
  event.preventDefault();
  acts[inSummary]();
});

for (const name of ["toggle", "sound", "switch", "fill", "leave", "next", "other"]) part[name].addEventListener("click", acts[name]);
for (const name of ["pointerdown", "keydown"]) {
  document.addEventListener(name, () => {
    if (!form.hidden && name === "keydown") return;
    const locked = voice.locked;
    voice.unlock();
    if (locked && set) setTimeout(drawTools, 100);
  });
}

// Screens stay on during a set; what let go while the tab slept is taken up again.
async function stayAwake() {
  try {
    awake = navigator.wakeLock ? await navigator.wakeLock.request("screen") : null;
  } catch (error) {
    awake = null; // such as with an empty battery: the set goes on without it
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || !set) return;
  stayAwake();
  if (part.video.paused) part.video.play().catch(() => camera.reopen());
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  voice.unlock();
  takeUp(chosen());
});
part.exercise.addEventListener("change", showChoice);
part["on-device"].addEventListener("change", showChoice);
part.look.addEventListener("click", lookForCameras);
part.fill.hidden = !document.fullscreenEnabled;

form.hidden = false;
if (location.hash && [...part.exercise.options].some((option) => option.value === location.hash.slice(1))) part.exercise.value = location.hash.slice(1);
showChoice();
listCameras();
if (!window.isSecureContext) tellProblem(words.camera_errors.insecure);
if (kept() && window.isSecureContext) takeUp(kept().hello);
