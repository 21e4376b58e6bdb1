// Follows an analysis through server-sent events; the page is loaded again when it has ended.
"use strict";

const place = document.getElementById("follow");
const bar = document.getElementById("progress");
const words = document.getElementById("progress-words");
const heading = document.getElementById("state");

const source = new EventSource(place.dataset.events);
let ended = false;

source.addEventListener("progress", (event) => {
  const told = JSON.parse(event.data);
  bar.value = told.progress;
  words.textContent = `${Math.round(100 * told.progress)}%`;
  heading.textContent = told.state === "queued" ? "Waiting for its turn" : "Being scored";
});
for (const name of ["done", "failed", "dead"]) {
  source.addEventListener(name, () => finish(() => location.reload()));
}
source.addEventListener("deleted", () => finish(() => location.assign("/analyses")));
source.addEventListener("error", () => {
  // Connections come back by themselves; a refusal, as after logging out, does not.
  if (source.readyState === EventSource.CLOSED && !ended) {
    lookAgain();
  }
});

async function lookAgain() {
  const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
  if (answer && answer.status === 404) {
    finish(() => location.assign("/analyses"));  // deleted before we listened
  } else {
    setTimeout(() => location.reload(), 5000);
  }
}

function finish(go) {
  ended = true;
  source.close();
  go();
}
