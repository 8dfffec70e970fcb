(function () {
  "use strict";
  document.documentElement.classList.add("scripted");
  var wanted = "all", words = "";
  function refresh() {
    document.querySelectorAll(".feature").forEach(function (feature) {
      var shown = 0;
      feature.querySelectorAll(".scenario").forEach(function (scenario) {
        var fits = (wanted === "all" || scenario.dataset.counts === wanted) &&
          scenario.textContent.toLowerCase().indexOf(words) >= 0;
        scenario.hidden = !fits;
        if (fits) shown += 1;
      });
      feature.hidden = shown === 0;
    });
  }
  document.querySelectorAll(".filter button").forEach(function (button) {
    button.addEventListener("click", function () {
      wanted = button.value;
      document.querySelectorAll(".filter button").forEach(function (other) {
        other.setAttribute("aria-pressed", String(other === button));
      });
      refresh();
    });
  });
  var search = document.querySelector(".filter input");
  if (search) search.addEventListener("input", function () { words = search.value.toLowerCase(); refresh(); });
  function openTarget() {
    var target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") target.open = true;
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();
})();
