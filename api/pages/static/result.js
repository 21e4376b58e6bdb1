// Makes the list of moments move the film, and gives the report the room it needs.
"use strict";

const NEAR_S = 0.05;

for (const link of document.querySelectorAll("a.moment")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = link.className;
  button.dataset.at = link.dataset.at;
  button.dataset.film = link.dataset.film;
  button.append(...link.childNodes);
  link.replaceWith(button);
  button.addEventListener("click", () => show(button));
}

for (const film of document.querySelectorAll("video")) {
  film.addEventListener("timeupdate", () => mark(film));
}

function show(button) {
  const film = document.getElementById(button.dataset.film);
  film.pause();
  film.currentTime = Number(button.dataset.at);
  if (film.getBoundingClientRect().top < 0) {
    film.scrollIntoView({ block: "start" });
  }
}

// The latest moment that the film has reached.
function mark(film) {
  const buttons = [...document.querySelectorAll(`button[data-film="${film.id}"]`)];
  const reached = buttons.filter((button) => Number(button.dataset.at) <= film.currentTime + NEAR_S);
  const latest = reached.length ? Number(reached.at(-1).dataset.at) : NaN;
  for (const button of buttons) {
    button.toggleAttribute("aria-current", false);
    if (Number(button.dataset.at) === latest) {
      button.setAttribute("aria-current", "true");
    }
  }
}

const frame = document.getElementById("report-frame");
frame.addEventListener("load", fit);
if (frame.contentDocument && frame.contentDocument.readyState === "complete") {
  fit();
}

function fit() {
  const page = frame.contentDocument && frame.contentDocument.body;
  if (!page || !page.childElementCount) {
    return;
  }
  const size = () => { frame.style.height = `${Math.ceil(page.getBoundingClientRect().height) + 2}px`; };
  size();
  new ResizeObserver(size).observe(page);
}
