// What jupyterlab-slideshow leaves to the speaker: every slide fits the screen, one key a slide, the code of a
// slide runs with what it needs, and a window with the speaker notes follows.
//
// This file is a module-federation container written by hand (no build): JupyterLab calls init and get.
(() => {
  "use strict";
  const KEY = "course_slide";
  const GROW = [1.4, 1.3, 1.2, 1.1, 1]; // text that has the room is enlarged, at most to the size of a heading
  const MOST = 2.3; // a figure is enlarged at most this much
  const LEAST = 0.82; // and shrunk at most this much: a longer table scrolls, with letters of 14 pixels
  const LONG = [26, 60]; // rows of a table that is folded in two; a longer one is to be searched, and scrolls
  const LAYERS = 16; // rows of a table of layers, from which on those that change nothing are left out
  const NARROW = 0.56; // a figure that would take less of the width stands beside its caption
  const TALL = 1.15; // how much taller than its picture the controls and caption at its left may be
  const TIGHT = 0.9; // code shrinks to this if no line of it breaks then
  const WIDE = ".overflow-x-auto, .overflow-auto, .jp-OutputArea-output"; // what would scroll sideways
  const here = document.currentScript.src.replace(/slides\.js.*$/, "");
  const height = node => node.getBoundingClientRect().height;
  const heightOf = cells => cells.reduce((sum, cell) => sum + height(cell.node), 0);
  // Applies one factor after the other until one fits; if none does, the last stays.
  const fitFirst = (factors, apply, fits) => factors.some(factor => (apply(factor), fits(factor)));
  let shared;

  async function notebookActions() {
    const versions = Object.values(shared["@jupyterlab/notebook"]);
    return (await versions[0].get())().NotebookActions;
  }

  class Talk {
    constructor(app, panel) {
      this.app = app;
      this.panel = panel;
      this.notebook = panel.content;
      this.ran = new Set();
      this.count = panel.content.model.getMetadata(KEY).slides;
      this.bar = document.createElement("div");
      this.bar.className = "course-slide-bar";
      this.bar.innerHTML =
        '<span class="course-slide-state" role="status"></span>' +
        '<button aria-label="Slide anterior" title="Slide anterior (←)">◀</button>' +
        '<span class="course-slide-number"></span>' +
        '<button aria-label="Próximo slide" title="Próximo slide (→)">▶</button>' +
        '<button aria-label="Notas do apresentador" title="Notas do apresentador (N)">notas</button>';
      document.body.append(this.bar);
      const [back, next, notes] = this.bar.querySelectorAll("button");
      back.onclick = () => this.go(-1);
      next.onclick = () => this.go(1);
      notes.onclick = () => this.openNotes();
      document.addEventListener("keydown", event => this.onKey(event), true);
      window.addEventListener("resize", () => this.refit());
      this.notebook.activeCellChanged.connect(() => this.arrive());
      this.watcher = new ResizeObserver(() => this.refit());
      this.cells.forEach(cell => cell.addClass(`course-${this.facts(cell).role}`));
      this.cells.filter(cell => this.facts(cell).role === "answer").forEach(cell => this.hide(cell));
      panel.sessionContext.statusChanged.connect((_, status) => {
        this.say(status === "busy" ? "rodando…" : this.hint());
        if (/restarting/.test(status)) this.ran.clear();
      });
    }

    facts(cell) {
      return cell.model.getMetadata(KEY) || {};
    }

    get cells() {
      return this.notebook.widgets;
    }

    get number() {
      return this.facts(this.notebook.activeCell || this.cells[0]).slide || 1;
    }

    of(number) {
      return this.cells.filter(cell => this.facts(cell).slide === number);
    }

    get presenting() {
      return document.body.dataset.jpDeckMode === "presenting";
    }

    say(text) {
      this.bar.querySelector(".course-slide-state").textContent = text;
    }

    // The output of a question's code, and the caption that explains it, wait for the next key.
    hide(answer) {
      const cells = this.of(this.facts(answer).slide);
      answer.addClass("course-waits");
      cells.slice(cells.indexOf(answer) + 1).forEach(cell => cell.addClass("course-waits"));
    }

    waits(number) {
      return this.of(number).some(cell => cell.hasClass("course-waits"));
    }

    reveal(number) {
      this.of(number).forEach(cell => cell.removeClass("course-waits"));
      this.say(this.hint());
    }

    hint() {
      return this.waits(this.number) ? "→ mostra a resposta" : "";
    }

    go(step) {
      if (step > 0 && this.waits(this.number)) this.reveal(this.number);
      else this.show(Math.min(this.count, Math.max(1, this.number + step)));
    }

    show(number) {
      const cells = this.of(number);
      const active = cells.find(cell => cell.model.type === "code") || cells[0];
      this.notebook.mode = "command";
      this.notebook.activeCellIndex = this.cells.indexOf(active);
      active.node.focus({ preventScroll: true });
    }

    arrive() {
      const number = this.number;
      if (number !== this.shown) {
        this.shown = number;
        this.bar.querySelector(".course-slide-number").textContent = `${number} / ${this.count}`;
        this.watcher.disconnect();
        this.of(number).forEach(cell => this.watcher.observe(cell.node));
        this.follow();
        this.say(this.hint());
      }
      this.refit();
    }

    onKey(event) {
      if (!this.presenting || event.ctrlKey || event.altKey || event.metaKey) return;
      const editing = event.target.closest(".cm-editor");
      if (event.key === "Enter" && event.shiftKey) {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.run();
        return;
      }
      const control = event.target.closest(".jp-OutputArea, .course-slide-bar, .jp-SideBar, input, textarea");
      const clicker = ["PageDown", "PageUp"].includes(event.key); // what a wireless presenter sends
      if (editing || (control && !clicker)) return;
      const space = event.key === " ";
      const key = event.key.toLowerCase();
      if (["ArrowRight", "ArrowDown", "PageDown"].includes(event.key) || (space && !event.shiftKey)) this.go(1);
      else if (["ArrowLeft", "ArrowUp", "PageUp"].includes(event.key) || space) this.go(-1);
      else if (event.key === "Home") this.show(1);
      else if (event.key === "End") this.show(this.count);
      else if (key === "n") this.openNotes();
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    }

    // Run the code of this slide, and first whatever before it has not run in this kernel.
    async run(all = false) {
      if (!all) this.reveal(this.number);
      const last = all ? this.count : this.number;
      const until = this.cells.filter(cell => cell.model.type === "code" && this.facts(cell).slide <= last);
      const fresh = until.filter(cell => !this.ran.has(cell.model.id) && (all || this.facts(cell).slide < last));
      const mine = all ? [] : this.of(last).filter(cell => cell.model.type === "code");
      const queue = [...fresh, ...mine];
      queue.sort((a, b) => (this.facts(a).role === "setup" ? -1 : 0) - (this.facts(b).role === "setup" ? -1 : 0));
      const actions = await notebookActions();
      for (const cell of queue) {
        this.ran.add(cell.model.id);
        if (!(await actions.runCells(this.notebook, [cell], this.panel.sessionContext))) break;
      }
      this.refit();
    }

    async start() {
      await this.app.commands.execute("deck:start");
      this.show(1);
      this.arrive();
      document.fonts.ready.then(() => this.refit());
      await this.panel.sessionContext.ready;
      const actions = await notebookActions();
      const setup = this.cells.filter(cell => this.facts(cell).role === "setup");
      setup.forEach(cell => this.ran.add(cell.model.id));
      if (setup.length) await actions.runCells(this.notebook, setup, this.panel.sessionContext);
      if (this.notebook.model.getMetadata(KEY).run_all) await this.run(true);
      document.body.dataset.courseSlides = "ready";
    }

    refit() {
      if (this.pending) return;
      this.pending = true;
      requestAnimationFrame(() => {
        this.pending = false;
        if (this.presenting) this.fit();
      });
    }

    // Figures and widgets take the room that the text leaves. A slide of text and code grows while it fits
    // and no line of code breaks for it, and then its text alone, as text does around a figure; one that would
    // not fit shrinks, which a test forbids to our lessons.
    fit() {
      const cells = this.of(this.number);
      const tall = window.innerHeight - 56;
      const wide = cells[0].node.clientWidth;
      const total = () => heightOf(cells);
      const set = (elements, value) => elements.forEach(element => (element.style.zoom = value));
      const shown = cells.filter(cell => ["figure", "widget"].includes(this.facts(cell).role));
      const areas = shown.map(cell => cell.node.querySelector(".jp-Cell-outputArea")).filter(Boolean);
      const grows = cell => !shown.includes(cell) && this.facts(cell).role !== "heading";
      const rest = cells.filter(grows).map(cell => cell.node);
      set([...areas, ...rest], 1);
      areas.forEach(area => this.fold(area));
      areas.forEach(area => (area.style.maxHeight = ""));
      areas.forEach(area => this.balance(area));
      const cut = () => rest.flatMap(node => [...node.querySelectorAll(WIDE)]).some(
        box => box.scrollWidth > box.clientWidth + 1 // a formula, a table
      );
      const beside = this.standBeside(cells, shown, areas, tall, wide);
      if (areas.length && !beside) {
        const free = tall - total() + areas.reduce((sum, area) => sum + height(area), 0);
        for (const area of areas) {
          const room = free / areas.length;
          area.classList.remove("course-wide");
          // an experiment shrinks as far as it must: its own table is hidden
          const table = [...area.querySelectorAll("table")].find(part => part.getClientRects().length);
          if (table && height(area) > 1.05 * room) area.classList.add("course-wide"); // fewer lines in a row
          const width = Math.max(area.getBoundingClientRect().width, area.scrollWidth);
          const factor = Math.min(MOST, room / (height(area) + 1), wide / (width + 1));
          const least = table ? LEAST : 0;
          if (width && height(area)) set([area], Math.max(least, factor));
          if (factor < least) area.style.maxHeight = `${room / LEAST}px`; // the glossary scrolls
        }
      }
      if (!areas.length) {
        // how many rows of code are the rest of a line that did not fit
        const rows = line => Math.round(
          height(line) / (parseFloat(getComputedStyle(line).lineHeight) * line.currentCSSZoom)
        );
        const broken = () => rest.flatMap(node => [...node.querySelectorAll(".cm-line")]).reduce(
          (sum, line) => sum + Math.max(0, rows(line) - 1), 0 // the source of a text, which is hidden, has none
        );
        const before = broken();
        fitFirst([...GROW, 0.9, 0.8], factor => set(rest, factor), factor =>
          total() <= tall && broken() <= before && (factor <= 1 || !before) && !cut()
        );
        const code = cells.filter(cell => cell.model.type === "code").map(cell => cell.node);
        if (before && code.every(node => node.style.zoom === "1")) {
          set(code, TIGHT);
          if (broken()) set(code, 1);
        }
      }
      const moves = shown.some(cell => this.facts(cell).role === "widget"); // text must not jump as it does
      if (!beside && !moves) {
        const words = cells.filter(cell => grows(cell) && cell.model.type !== "code").map(cell => cell.node);
        const least = Math.min(...words.map(node => Number(node.style.zoom)));
        const factors = [...GROW.filter(factor => factor > least), least];
        fitFirst(factors, factor => set(words, factor), () => total() <= tall && !cut());
      }
      if (total() > tall + 1) set(rest, Math.max(0.6, tall / total()));
      this.panel.node.dataset.courseFit = String(Math.min(1, tall / total()));
    }

    // The caption of an experiment goes under its picture where with the controls it would be taller than that.
    balance(area) {
      for (const experiment of area.querySelectorAll(".lessonlib-experiment")) {
        experiment.classList.remove("course-tall");
        const [, controls, picture, said] = experiment.children;
        const parts = [controls, said, picture?.querySelector("img")]; // its own box is as tall as the others'
        const [first, second, shown] = parts.map(part => part && height(part));
        if (first + second > TALL * shown) experiment.classList.add("course-tall");
      }
    }

    // A narrow figure takes the height of the slide, and what is said of it stands at its right.
    standBeside(cells, shown, areas, tall, wide) {
      const [figure, area] = [shown[0], areas[0]];
      const picture = areas.length === 1 && this.facts(figure).role === "figure" ? area.querySelectorAll("img") : [];
      const said = picture.length === 1 && !area.querySelector("table") ? cells.slice(cells.indexOf(figure) + 1) : [];
      cells.forEach(cell => ["course-beside", "course-narrow"].forEach(name => cell.removeClass(name)));
      cells.forEach(cell => (cell.node.style.width = ""));
      if (!said.length) return false;
      const above = heightOf(cells.slice(0, cells.indexOf(figure)));
      const factor = Math.min(MOST, (tall - above - 24) / (height(area) + 1));
      const taken = factor * area.getBoundingClientRect().width;
      if (taken > NARROW * wide) return false;
      figure.addClass("course-narrow");
      area.style.zoom = factor;
      said.forEach(cell => cell.addClass("course-beside"));
      const enlarge = factor => said.forEach(({ node: { style } }) => {
        style.zoom = factor;
        style.width = `${(wide - taken - 50) / factor}px`;
      });
      fitFirst(GROW, enlarge, () => above + heightOf(said) <= tall);
      return true;
    }

    // A long table of layers leaves out those without weights that keep the size: ReLU, normalisation, dropout.
    thin(table) {
      const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map(cell => cell.textContent.trim());
      const [shape, weights] = ["saída (C×H×W)", "parâmetros"].map(name => heads.indexOf(name));
      const done = table.classList.contains("course-thin");
      if (done || shape < 0 || weights < 0 || table.rows.length <= LAYERS) return;
      let before = "";
      for (const row of table.tBodies[0].rows) {
        const [size, count] = [row.cells[shape].textContent, row.cells[weights].textContent];
        if (size === before && count === "0") row.hidden = true;
        before = size;
      }
      table.classList.add("course-thin");
      if ([...table.rows].some(row => row.hidden)) table.caption.append("; sem as camadas que não têm pesos nem mudam o tamanho");
    }

    // A table of dozens of rows goes on in a second column beside the first.
    fold(area) {
      const tables = area.querySelectorAll("table");
      tables.forEach(table => this.thin(table));
      const rows = tables.length ? [...tables[0].rows].filter(row => !row.hidden).length : 0;
      const long = tables.length === 1 && rows > LONG[0] && rows < LONG[1];
      const output = tables[0]?.closest(".jp-RenderedHTML");
      if (!long || !output || output.classList.contains("course-columns")) return;
      output.style.width = `${2 * tables[0].getBoundingClientRect().width + 60}px`;
      output.classList.add("course-columns");
    }

    async openNotes() {
      const open = window.open("", "course-notes", "width=900,height=1000");
      if (!open) {
        this.say("o navegador bloqueou a janela das notas");
        return;
      }
      this.notes = open;
      const { baseUrl } = JSON.parse(document.getElementById("jupyter-config-data").textContent);
      const answer = await fetch(`${baseUrl}files/notas.html`);
      open.document.open();
      open.document.write(await answer.text());
      open.document.close();
      this.follow();
    }

    follow() {
      if (!this.notes || this.notes.closed || !this.notes.showSlide) return;
      this.notes.showSlide(this.number);
    }
  }

  const plugin = {
    id: "lessonlib-slides:plugin",
    autoStart: true,
    activate: app => {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = `${here}slides.css`;
      document.head.append(style);
      app.restored.then(async () => {
        let panel;
        while (!(panel = app.shell.currentWidget)?.content?.model?.getMetadata?.(KEY)) {
          await new Promise(resolve => setTimeout(resolve, 100));
        }
        await panel.context.ready;
        await panel.revealed;
        const talk = new Talk(app, panel);
        window.courseTalk = talk;
        await talk.start();
      });
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["lessonlib-slides"] = {
    init: scope => {
      shared = scope;
    },
    get: async name => {
      if (name !== "./extension") throw new Error(`lessonlib-slides has no ${name}`);
      return () => ({ __esModule: true, default: plugin });
    }
  };
})();
