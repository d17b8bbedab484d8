// Runs before anything is painted: the theme that was chosen, else the system's. A classic script, so that it blocks.
"use strict";
try {
  const chosen = localStorage.getItem("plainspec-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* storage is off: the system's theme */ }
if (location.pathname === "/embed") document.documentElement.dataset.embedded = "";
