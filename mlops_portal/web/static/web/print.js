// Shows the buttons marked data-print, and opens the browser's own print dialog on them, which can also save a PDF.
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
