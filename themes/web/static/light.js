// Light or dark as chosen before, set before anything is drawn.
const chosen = localStorage.getItem("themes-light");
if (chosen) document.documentElement.dataset.light = chosen;
