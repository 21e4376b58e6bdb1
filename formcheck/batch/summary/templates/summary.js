"use strict";
/* Sorting and searching of tables; without this script they are plain tables. */
(() => {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.v === undefined) return cell.textContent.trim();
    return cell.dataset.v === "" ? "" : Number(cell.dataset.v);
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b));

  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const original = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const sort = (column, direction) => {
      heads.forEach((head, i) => {
        if (i === column && direction) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
        else head.removeAttribute("aria-sort");
      });
      if (!direction) return body.replaceChildren(...original);
      const keyed = original.map((row, i) => ({ row, i, key: valueOf(row, column) }));
      keyed.sort((a, b) => {
        const blank = (a.key === "") - (b.key === "");
        return blank || direction * compare(a.key, b.key) || a.i - b.i;
      });
      body.replaceChildren(...keyed.map((each) => each.row));
    };
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        sort(column, now === null ? 1 : now === "ascending" ? -1 : 0);
      });
      head.append(button);
    });
  };

  const makeSearchable = (table) => {
    const rows = [...table.tBodies[0].rows];
    const box = document.createElement("p");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("span");
    box.className = "search";
    input.type = "search";
    input.autocomplete = "off";
    count.setAttribute("role", "status");
    label.append("Search ", input);
    box.append(label, count);
    let texts = null;
    let waiting = 0;
    const search = () => {
      texts = texts || rows.map((row) => row.textContent.toLocaleLowerCase());
      const asked = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        const fits = asked.every((word) => texts[i].includes(word));
        row.hidden = !fits;
        shown += fits;
      });
      count.textContent = asked.length ? `${shown} of ${rows.length} rows` : "";
    };
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, 100);
    });
    table.closest(".wide").before(box);
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const rows = table.tBodies[0].rows.length;
    if (rows > 1) makeSortable(table);
    if (rows > 15) makeSearchable(table);
  }
})();
