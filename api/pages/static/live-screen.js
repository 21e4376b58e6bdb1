// Draws a state of the set: sizes, signs and words. What has to be read from 3 m has capitals of 16 minutes of arc or
// more on a 14 inch screen; the rule stands in docs/live.md.

const FAR_SHARE = 0.115; // of the screen's height, as font size: enough for letters whose capitals are 0.7 of it high
const MOST = 1.5; // times as large as needed is large enough
const LEAST_PX = 18;
const SEEN = 0.5;
const SIGNS = { start: "start", end: "end", gap: "gap", fault: "fault", praise: "ok", ready: "ok", advice: "advice" };
const TONES = { start: "ok", end: "plain", gap: "watch", fault: "fault", praise: "ok", ready: "ok", advice: "watch" };

const part = Object.fromEntries([...document.querySelectorAll("#stage [id]")].map((element) => [element.id, element]));
const stage = document.getElementById("stage");

export function far() {
  return FAR_SHARE * screen.height;
}

// Writes only what changed: layout is costly thirty times a second.
function write(element, text) {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}

function sign(use, name) {
  const href = name ? `#sign-${name}` : "";
  if (use.getAttribute("href") !== href) use.setAttribute("href", href);
}

// The largest size, up to `most`, at which the element's words stay inside its box; returns it.
function fit(element, box, most) {
  let [low, high] = [LEAST_PX, Math.max(LEAST_PX, most)];
  const fits = (size) => {
    element.style.fontSize = `${size}px`;
    return box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
  };
  if (fits(high)) return high;
  while (high - low > 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  element.style.fontSize = `${low}px`;
  return low;
}

export class Screen {
  constructor(words, title, running) {
    this.words = words;
    this.running = running;
    write(part["stage-title"], title);
    this.shown = {};
    this.resized = new ResizeObserver(() => this.refit());
    for (const each of [stage, part.gauge]) this.resized.observe(each); // buttons that wrap take room as well
  }

  close() {
    this.resized.disconnect();
  }

  // notice: the page's own, such as a lost camera; comes before the set's.
  draw(state, notice) {
    stage.dataset.stage = state.stage;
    stage.classList.toggle("counts", state.stage === "counting" || state.stage === "ended");
    this.placing(state);
    this.counting(state);
    this.band(this.said(state, notice), state);
  }

  placing(state) {
    const ready = state.stage === "ready";
    sign(part["check-sign"], ready ? "ok" : state.advice && state.advice.blocks ? "fault" : "watch");
    part.check.dataset.tone = ready ? "ok" : state.advice && state.advice.blocks ? "fault" : "watch";
    this.fitting("check", part["check-word"], ready ? this.words.ready : this.words.set_up, part.check, 1);
  }

  counting(state) {
    this.fitting("count", part.count, String(state.count), part.counted, 3.2);
    write(part["count-word"], state.count_word);
    const { share, text, tone } = this.ring(state);
    const room = part.tempo.hidden !== (share === null);
    part.tempo.hidden = share === null;
    part.tempo.dataset.tone = tone;
    part.share.setAttribute("stroke-dasharray", `${Math.round(100 * Math.min(share || 0, 1))} 100`);
    write(part.seconds, text);
    this.fitting("phase", part.phase, state.stage === "counting" ? state.phase_word : "", part.phase, 1);
    if (room) this.refit();
  }

  // What fills: a hands-free start or stop, else a hold or a lowering against the guide's seconds.
  ring(state) {
    if (state.start_share > 0.2) return { share: state.start_share, text: "", tone: "ok" };
    if (state.stop_share > 0.2) return { share: state.stop_share, text: "✗", tone: "plain" };
    if (!state.tempo) return { share: null, text: "", tone: "plain" };
    const share = state.tempo.passed_s / state.tempo.goal_s;
    return { share, text: String(Math.min(99, Math.floor(state.tempo.passed_s))), tone: share >= 1 ? "ok" : "watch" };
  }

  // The one thing to say: sign, tone, words and hint; null where there is nothing.
  said(state, notice) {
    if (notice) return { kind: "gap", text: notice, hint: "" };
    const stale = state.cue && state.cue.kind === "advice" && !state.advice;
    if (state.cue && state.cue.text && !stale) return state.cue;
    if (state.stage === "ready") return { kind: "ready", text: this.words.ready, hint: this.words[this.running ? "how_to_run" : "how_to_start"] };
    if (state.advice) return { kind: "advice", ...state.advice };
    if (state.notice) return { kind: "gap", text: state.notice, hint: this.words.gap_hint };
    return null;
  }

  band(said, state) {
    const changed = JSON.stringify([said && [said.kind, said.text, said.hint], said ? [] : state.marks]);
    if (changed === this.shown.band) return;
    this.shown.band = changed;
    part.band.dataset.tone = said ? TONES[said.kind] || "plain" : "plain";
    part.band.classList.toggle("quiet", !said);
    sign(part["cue-sign"], said ? SIGNS[said.kind] || "" : "");
    write(part["cue-text"], said ? said.text : "");
    write(part["cue-hint"], said ? said.hint : "");
    part.answers.replaceChildren(...(said ? [] : state.marks.filter((mark) => mark.state !== "not_assessed").map(answer)));
    this.refit();
  }

  // Fits an element's words again where they changed.
  fitting(name, element, text, box, times) {
    const changed = write(element, text);
    if (changed || !this.shown[name]) this.shown[name] = { element, box, times };
    if (changed) fit(element, box, times * far());
  }

  refit() {
    stage.style.setProperty("--far", `${far()}px`);
    // What to do comes before why: the hint makes room.
    part.said.classList.remove("tight");
    if (fit(part["cue-text"], part.said, MOST * far()) < far()) {
      part.said.classList.add("tight");
      fit(part["cue-text"], part.said, far());
    }
    for (const { element, box, times } of Object.values(this.shown).filter((each) => each.box)) fit(element, box, times * far());
  }
}

function answer(mark) {
  const item = document.createElement("li");
  item.dataset.tone = mark.state;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  sign(use, mark.state);
  svg.append(use);
  item.append(svg, mark.title);
  return item;
}

// The stick figure over the mirrored picture, and in it what is being broken just now.
export class Figure {
  constructor(bones, lines, mirrored) {
    this.bones = bones;
    this.lines = lines;
    this.canvas = part.figure;
    this.picture = part.picture;
    this.video = part.video;
  }

  draw(pose, state) {
    const { clientWidth: width, clientHeight: height } = this.picture;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    if (!pose) return;
    const place = this.placer(width, height);
    for (const [a, b] of this.bones) {
      const clear = Math.min(pose[a][2], pose[b][2]) >= SEEN;
      stroke(pen, [place(pose[a]), place(pose[b])], clear ? "#fff" : "rgb(255 255 255 / .45)", clear ? 3 : 1.5);
    }
    for (const line of this.broken(state)) {
      stroke(pen, line.map((ends) => place(middle(ends.map((i) => pose[i])))), "#ff8d7e", 7);
    }
  }

  broken(state) {
    const lines = state.warning && this.lines[state.warning];
    return lines ? lines[state.warning_side || "left"] : [];
  }

  // From shares of the picture to the canvas; the picture is cropped to fill its place, and mirrored by style.
  placer(width, height) {
    const scale = Math.min(width / this.video.videoWidth, height / this.video.videoHeight);
    const [w, h] = [this.video.videoWidth * scale, this.video.videoHeight * scale];
    return ([x, y]) => [(width - w) / 2 + x * w, (height - h) / 2 + y * h];
  }

  clear() {
    this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
  }
}

function middle(points) {
  return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
}

function stroke(pen, points, colour, width) {
  pen.lineJoin = pen.lineCap = "round";
  for (const [style, wide] of [["rgb(0 0 0 / .6)", width + 2], [colour, width]]) {
    pen.strokeStyle = style;
    pen.lineWidth = wide;
    pen.beginPath();
    points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.stroke();
  }
}
