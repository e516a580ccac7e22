// With windowingMode "none", the course's setting, JupyterLab follows notebook.ipynb#cell-id=section while the
// cells of a notebook that it has just opened are still empty, and the page stays at the top. Here the section
// is found again each time the page grows, until it has been still for a while or the reader moves.
//
// This file is a module-federation container written by hand (no build): JupyterLab calls init and get.
(() => {
  "use strict";
  const STILL = 2000; // ms without growing: everything has been drawn
  const MOVES = ["wheel", "pointerdown", "keydown", "touchstart"];

  function follow(notebook, fragment) {
    const id = fragment.replace(/^#cell-id=/, "");
    const cell = () => notebook.widgets.find((widget) => widget.model.id === id);
    let timer;
    const show = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, STILL);
      cell()?.node.scrollIntoView();
    };
    const growth = new ResizeObserver(show);
    const stop = () => {
      clearTimeout(timer);
      growth.disconnect();
      MOVES.forEach((move) => notebook.node.removeEventListener(move, stop, true));
    };
    MOVES.forEach((move) => notebook.node.addEventListener(move, stop, true));
    growth.observe(notebook.viewportNode);
    timer = setTimeout(stop, 15 * STILL); // a slow server: wait longer for the first cell
    const index = notebook.widgets.findIndex((widget) => widget.model.id === id);
    if (index >= 0) notebook.activeCellIndex = index;
  }

  const plugin = {
    id: "lessonlib-links:plugin",
    autoStart: true,
    activate: (app) => {
      app.docRegistry.addWidgetExtension("Notebook", {
        createNew: (panel) => {
          const original = panel.setFragment.bind(panel);
          panel.setFragment = (fragment) => {
            const drawsAll = panel.content.notebookConfig.windowingMode === "none"; // the course's setting
            if (!drawsAll || !fragment.startsWith("#cell-id=")) return original(fragment);
            panel.context.ready.then(() => follow(panel.content, fragment));
          };
        },
      });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["lessonlib-links"] = {
    init: () => {},
    get: () => Promise.resolve(() => ({ __esModule: true, default: plugin })),
  };
})();
