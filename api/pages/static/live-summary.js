// The set that is over: what was done, what to mend, what was revised, and where all of it stands.

export function showSummary(over, { summary, links, saved, note }, words, title) {
  const at = (id) => over.querySelector(`#${id}`);
  const t = words.page;
  at("over-what").textContent = title;
  at("over-title").textContent = summary ? summary.done : words.set_over;
  at("over-reason").textContent = summary ? summary.reason_text : t.summary_missing;
  at("mending").replaceChildren(...(summary && summary.report ? mending(summary, words) : []));
  at("over-revised").replaceChildren(...(summary && summary.report ? revised(summary, words) : []));
  at("over-note").textContent = note;
  at("over-note").hidden = !note;
  at("report").hidden = !links || !saved;
  if (links) at("report").href = links.page;
}

function mending({ to_mend }, words) {
  if (!to_mend.length) return [item("ok", words.no_faults, "")];
  return to_mend.map(({ text, cue }) => item("fault", text, cue));
}

function item(state, text, cue) {
  const row = document.createElement("li");
  row.dataset.tone = state;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#sign-${state}`);
  svg.append(use);
  const said = document.createElement("div");
  said.append(paragraph(text, "wrong"), ...(cue ? [paragraph(cue, "")] : []));
  row.append(svg, said);
  return row;
}

function revised({ revisions }, words) {
  if (!revisions.length) return [paragraph(words.not_revised, "soft")];
  const list = document.createElement("ul");
  list.append(...revisions.map(({ text }) => Object.assign(document.createElement("li"), { textContent: text })));
  return [paragraph(words.revised, ""), list];
}

function paragraph(text, className) {
  return Object.assign(document.createElement("p"), { textContent: text, className });
}
