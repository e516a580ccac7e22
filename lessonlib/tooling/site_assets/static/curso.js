// Small helpers of the static edition; the pages work without them.

// A region that scrolls sideways must be reachable with the keyboard, and only such a region.
function markScrollable() {
  for (const region of document.querySelectorAll("pre, .output.text_html, .table-wrapper, mjx-container")) {
    if (region.scrollWidth > region.clientWidth + 1) {
      region.tabIndex = 0;
    } else {
      region.removeAttribute("tabindex");
    }
  }
}
addEventListener("load", markScrollable);
addEventListener("resize", markScrollable);
addEventListener("toggle", markScrollable, true);

// On paper nothing can be unfolded, and every picture must be there.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    details.dataset.opened = "";
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-opened]")) {
    details.open = false;
    delete details.dataset.opened;
  }
});
